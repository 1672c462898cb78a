package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port for a server that is started later, or stopped and started again. Not one of those that the system gives to outgoing
 * connections (from 32768 on): one of them, of any program or of the very client that tries to reconnect, would take it meanwhile.
 * Nor one of those that a product takes for itself when it is told to take any.
 */
public final class FreePort {

    private static final int FIRST = 26_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 100;

    private FreePort() {
    }

    /** A port of the loopback address on which nobody listens. */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            try (ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST, LAST), 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody listens there
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
