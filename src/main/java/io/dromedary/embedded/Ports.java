package io.dromedary.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports that servers of this process are going to listen on. They are looked up before, because the servers themselves say late or
 * only in a log that one is taken, and some do not tell which one they got. A server that loses the short race after this still has to
 * fail.
 */
public final class Ports {

    /** Below those that Linux gives to outgoing connections, from 32768 on: one of them could take a port before its server listens. */
    private static final int FIRST = 20_000;
    private static final int LAST = 26_000;
    private static final int TRIES = 100;
    private static final int REMEMBERED = 64;
    private static final Set<Integer> GIVEN = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private Ports() {
    }

    /**
     * Finds out whether a port can be listened on.
     *
     * @param  host        the address to listen at
     * @param  port        the port, or 0 for any free one; the last {@value #REMEMBERED} that were given out for 0 are not given out again,
     *                     since their servers may not listen yet
     * @return             the port, chosen if it was 0
     * @throws IOException if it is taken or not allowed, or none is free
     */
    public static int claim(String host, int port) throws IOException {
        if (port != 0) {
            return probe(host, port);
        }
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return fresh(host, ThreadLocalRandom.current().nextInt(FIRST, LAST));
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private static synchronized int fresh(String host, int port) throws IOException {
        if (GIVEN.contains(port)) {
            throw new IOException("given out already");
        }
        GIVEN.add(probe(host, port));
        return port;
    }

    private static int probe(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it: a port whose old connections are still closing counts as free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return port;
        }
    }
}
