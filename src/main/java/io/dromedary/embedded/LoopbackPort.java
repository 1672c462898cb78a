package io.dromedary.embedded;

/**
 * The port of an embedded server: claimed ahead of the start, or by it, and again, the same one, by each further start.
 * Any thread may read it at any time; claims and starts are the server's, one at a time.
 */
final class LoopbackPort {

    private final int wanted;
    private final String service;
    private final String setting;
    private volatile int number;
    private boolean claimed;

    /** @param wanted the port, or 0 for any free one; the others as {@link Loopback#claim(int, String, String)} */
    LoopbackPort(int wanted, String service, String setting) {
        this.wanted = wanted;
        this.service = service;
        this.setting = setting;
    }

    /** Chooses the port; see {@link Loopback#claim(int, String, String)}. */
    void claim() {
        // Clients know the number: it stays the same.
        number = Loopback.claim(number != 0 ? number : wanted, service, setting);
        claimed = true;
    }

    /**
     * For a start: makes the claim if there is none, and uses it up.
     *
     * @param claim the server's own, which claims this port
     */
    void use(Runnable claim) {
        if (!claimed) {
            claim.run();
        }
        claimed = false;
    }

    int number() {
        return number;
    }

    String address() {
        return Loopback.address(number);
    }

    StartRefused taken(Exception cause) {
        return Loopback.taken(number, service, setting, cause);
    }
}
