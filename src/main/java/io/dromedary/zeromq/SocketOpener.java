package io.dromedary.zeromq;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The ZeroMQ context of the application and the one place where sockets are made. All sockets share it, since {@code inproc:} only
 * reaches within one context.
 */
public final class SocketOpener implements AutoCloseable {

    private static final Duration UNBIND_LIMIT = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
    private static final Duration RELEASE_LIMIT = Duration.ofMillis(500);

    private final ZMQ.Context context;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<SocketLoop> loops = ConcurrentHashMap.newKeySet();
    private PeerAuthenticator authenticator;

    /** @param ioThreads threads that move the bytes; one serves a gigabyte per second */
    public SocketOpener(int ioThreads) {
        context = ZMQ.context(ioThreads);
    }

    /**
     * Opens a socket and binds or connects it.
     *
     * @throws IOException when an address cannot be bound, naming it; connecting never fails, since the peer may come later
     */
    OpenSocket open(SocketSettings settings, SocketMonitor monitor) throws IOException {
        ZMQ.Socket socket = context.socket(settings.pattern().socketType());
        String domain = null;
        try {
            monitor.watch(socket);
            shape(socket, settings);
            domain = secure(socket, settings.security());
            List<String> endpoints = new ArrayList<>();
            for (String address : settings.addresses()) {
                attach(socket, settings, address);
                endpoints.add(settings.bind() ? socket.getLastEndpoint() : address);
            }
            return new OpenSocket(this, socket, settings, monitor, endpoints, domain);
        } catch (IOException | RuntimeException e) {
            socket.setLinger(0);
            socket.close();
            forget(domain);
            throw e;
        }
    }

    private static void shape(ZMQ.Socket socket, SocketSettings settings) {
        socket.setLinger((int) settings.linger().toMillis());
        socket.setSndHWM(settings.sendHighWaterMark());
        socket.setRcvHWM(settings.receiveHighWaterMark());
        socket.setReconnectIVL((int) settings.reconnectInterval().toMillis());
        socket.setReconnectIVLMax((int) settings.reconnectIntervalMax().toMillis());
        socket.setMaxMsgSize(settings.maxMessageSize());
        socket.setHandshakeIvl((int) settings.handshakeTimeout().toMillis());
        if (!settings.heartbeatInterval().isZero()) {
            int millis = (int) settings.heartbeatInterval().toMillis();
            socket.setHeartbeatIvl(millis);
            socket.setHeartbeatTimeout(millis);
        }
        if (settings.pattern() == SocketPattern.SUB) {
            settings.subscriptions().forEach(socket::subscribe);
        }
        if (settings.pattern() == SocketPattern.PUB) {
            socket.setXpubNoDrop(!settings.slowSubscriberTimeout().isZero());
        }
    }

    private synchronized String secure(ZMQ.Socket socket, SocketSecurity security) {
        if (security.encrypted()) {
            socket.setCurvePublicKey(security.publicKey());
            socket.setCurveSecretKey(security.secretKey());
            if (security.server()) {
                socket.setCurveServer(true);
            } else {
                socket.setCurveServerKey(security.serverKey());
            }
        }
        if (!security.authenticates()) {
            return null;
        }
        if (authenticator == null) {
            authenticator = new PeerAuthenticator(context);
        }
        String domain = authenticator.register(security);
        socket.setZAPDomain(domain);
        return domain;
    }

    private static void attach(ZMQ.Socket socket, SocketSettings settings, String address) throws IOException {
        String verb = settings.bind() ? "bind " : "connect ";
        try {
            boolean done = settings.bind() ? bind(socket, address) : socket.connect(address);
            if (!done) {
                throw new IOException("Cannot " + verb + address + ": " + ZMQ.Error.findByCode(socket.errno()).getMessage());
            }
        } catch (ZMQException e) {
            throw new IOException("Cannot " + verb + address + ": " + ZMQ.Error.findByCode(e.getErrorCode()).getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("Cannot " + verb + address + ": " + e.getMessage(), e);
        }
    }

    /** A listener that has said it is closed lets go of its address in the next turn of the thread that serves it. */
    private static boolean bind(ZMQ.Socket socket, String address) {
        for (long limit = System.nanoTime() + RELEASE_LIMIT.toNanos();;) {
            try {
                return socket.bind(address);
            } catch (ZMQException e) {
                if (e.getErrorCode() != ZMQ.Error.EADDRINUSE.getCode() || System.nanoTime() - limit > 0) {
                    throw e;
                }
                LockSupport.parkNanos(RELEASE_LIMIT.toNanos() / 100);
            }
        }
    }

    void opened(SocketLoop loop) {
        loops.add(loop);
    }

    void ended(SocketLoop loop) {
        loops.remove(loop);
    }

    synchronized void forget(String domain) {
        if (domain != null) {
            authenticator.forget(domain);
        }
    }

    /** Peers that the authentication has turned away. */
    public synchronized long refused() {
        return authenticator == null ? 0 : authenticator.refused();
    }

    /**
     * Ends every socket that is still open and then the context, which waits for what they have to deliver within their linger time.
     * A context that does not end is left to its daemon threads rather than holding up the application.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (SocketLoop loop : loops) {
            loop.stop(loop.linger());
        }
        Thread closer = new Thread(context::close, "zeromq-context-closer");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A socket with what is needed to close it tidily. Only one thread at a time may use it. */
    record OpenSocket(SocketOpener opener, ZMQ.Socket socket, SocketSettings settings, SocketMonitor monitor, List<String> endpoints,
            String domain) {

        /** Connects anew to a peer that ZeroMQ has given up. */
        void reconnect(String named) {
            for (String given : endpoints) {
                if (Addresses.same(given, named)) {
                    socket.disconnect(given);
                    socket.connect(given);
                }
            }
        }

        /**
         * Closes: nobody new is let in, the addresses are given up, and what was sent is still delivered in the background.
         */
        void close(Duration linger) {
            if (settings.bind()) {
                endpoints.forEach(socket::unbind);
                try {
                    monitor.awaitUnbound(UNBIND_LIMIT);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            socket.setLinger((int) linger.toMillis());
            socket.close();
            opener.forget(domain);
        }
    }
}
