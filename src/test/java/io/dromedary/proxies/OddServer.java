package io.dromedary.proxies;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that takes any number of connections and does with each what a test wants, once the first bytes of a request have come. */
public final class OddServer implements AutoCloseable {

    /** What it does with a connection; afterwards it is closed. */
    public interface Manner {
        void answer(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger taken = new AtomicInteger();
    private final Manner manner;

    public OddServer(Manner manner) throws IOException {
        this.manner = manner;
        start(() -> {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                start(() -> serve(socket));
            }
        });
    }

    /** Says nothing, for as long as the peer waits. */
    public static void keepSilent(Socket socket, OutputStream out) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // the request, and in the end that its sender has hung up
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // The peer, or the test, has had enough.
            }
        }, "odd-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        try (socket) {
            socket.getInputStream().readNBytes(20);
            taken.incrementAndGet();
            manner.answer(socket, socket.getOutputStream());
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            keepSilent(socket, null);
        } finally {
            open.remove(socket);
        }
    }

    public String address() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** Connections on which something was asked. */
    public int taken() {
        return taken.get();
    }

    /** Connections that neither side has closed. */
    public int open() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
