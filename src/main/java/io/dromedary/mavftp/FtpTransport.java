package io.dromedary.mavftp;

import java.io.IOException;

/** Carries FTP payloads between us and the components of vehicles. Implementations are safe for use by several threads. */
public interface FtpTransport {

    /** Sends one payload to a component; returns at once, the payload may get lost. */
    void send(int system, int component, FtpPayload payload) throws IOException;

    /**
     * Hands every payload that is addressed to us to a listener, on the thread that reads the link: it must not block.
     *
     * @return ends the subscription when closed
     */
    Subscription listen(Listener listener);

    /** Whether a component that was heard before has fallen silent. False where nobody can tell. */
    default boolean isLost(int system, int component) {
        return false;
    }

    /** Takes payloads. */
    @FunctionalInterface
    interface Listener {
        /** One payload from a component. */
        void received(int system, int component, FtpPayload payload);
    }

    /** A subscription that can be ended. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
