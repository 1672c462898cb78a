package io.dromedary.embedded;

import java.io.IOException;

/** Ports of the loopback interface, the only one that embedded servers listen on. */
final class Loopback {

    static final String HOST = "127.0.0.1";

    private Loopback() {
    }

    /**
     * Tells early and clearly that a port is taken; see {@link Ports#claim}.
     *
     * @param port    the port, or 0 for any free one
     * @param service what listens there, for the sentence
     * @param setting the environment variable that changes the port
     * @return the port, chosen if it was 0
     * @throws StartRefused when the port is taken or not a port
     */
    static int claim(int port, String service, String setting) {
        if (port < 0 || port > 65535) {
            throw new StartRefused(setting + " is " + port + "; a port is a number from 0 (any free one) to 65535.");
        }
        try {
            return Ports.claim(HOST, port);
        } catch (IOException e) {
            throw taken(port, service, setting, e);
        }
    }

    /** The sentence for a port that cannot be had. */
    static StartRefused taken(int port, String service, String setting, Exception cause) {
        return new StartRefused("Port " + port + " for the embedded " + service + " is taken or not allowed; set " + setting
                + " to another port (0 = any free one).", cause);
    }

    static String address(int port) {
        return HOST + ":" + port;
    }
}
