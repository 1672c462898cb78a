package io.dromedary.cli;

/** The exit codes of every subcommand. */
final class ExitCodes {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int UNREACHABLE = 3;
    static final int TIMED_OUT = 4;
    static final int INTERRUPTED = 130;

    private ExitCodes() {
    }
}
