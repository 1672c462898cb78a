package io.dromedary.cli;

import java.util.concurrent.Callable;

/**
 * One question to one configured peer.
 *
 * @param peer    the name of the peer in reports, such as {@code mqtt}
 * @param address where it is, without credentials
 * @param ask     asks it; any exception means that it cannot be reached
 */
record PeerCheck(String peer, String address, Callable<Answer> ask) {

    /**
     * What a reachable peer said.
     *
     * @param authenticated null when no credentials are configured or the peer cannot tell
     * @param version       null when the peer does not say
     * @param detail        a reason, or null
     */
    record Answer(Boolean authenticated, String version, String detail) {

        static Answer of(Boolean authenticated, String version) {
            return new Answer(authenticated, version, null);
        }

        static Answer refused(String detail) {
            return new Answer(false, null, detail);
        }
    }

    /** How a check ended; the exit code of the worst one is that of the command. */
    enum Outcome {
        OK(ExitCode.DONE), TIMED_OUT(ExitCode.TIMED_OUT), UNREACHABLE(ExitCode.UNREACHABLE), REFUSED(ExitCode.FAILED);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }
}
