package io.dromedary.cli;

/** How a subcommand ended, for scripts. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;
    public static final int TIMED_OUT = 4;
    public static final int INTERRUPTED = 130;

    private ExitCode() {
    }
}
