package io.dromedary.fleet;

/** A reply was not sent: since it was kept, another instance may have taken the command over. */
public final class LeaseEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LeaseEnded() {
        super("another instance may have this command by now", null, false, false);
    }
}
