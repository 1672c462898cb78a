package io.dromedary.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay to a server on this machine, whose connections a test can cut or hold, and which can stay away for a while. */
public final class CuttableLink implements AutoCloseable {

    private static final int BUFFER = 64 << 10;
    private static final long WAKE_MILLIS = 100;

    private final ServerSocket front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object held = new Object();
    private volatile boolean away;
    private volatile boolean holding;
    private volatile boolean holdingAnswers;

    /** Relays to a loopback port. */
    public CuttableLink(int target) throws IOException {
        this.target = target;
        run("accept", this::accept);
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(task, "link-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return front.getLocalPort();
    }

    /** Breaks every connection and refuses new ones until {@link #mend()}. */
    public void cut() {
        away = true;
        sockets.forEach(CuttableLink::closeQuietly);
    }

    /** Lets connections through again. */
    public void mend() {
        away = false;
    }

    /** Lets nothing pass, in either direction, and keeps it until {@link #release()}; connections stay. */
    public void hold() {
        holding = true;
        holdingAnswers = true;
    }

    /** The same with what comes from the server only. */
    public void holdAnswers() {
        holdingAnswers = true;
    }

    /** Lets what was held pass. */
    public void release() {
        synchronized (held) {
            holding = false;
            holdingAnswers = false;
            held.notifyAll();
        }
    }

    private void awaitRelease(boolean answers) throws IOException {
        synchronized (held) {
            while ((answers ? holdingAnswers : holding) && !away) {
                try {
                    held.wait(WAKE_MILLIS);
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
        }
    }

    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket near = front.accept();
                if (away) {
                    near.close();
                    continue;
                }
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                sockets.add(near);
                sockets.add(far);
                run("up", () -> copy(near, far, false));
                run("down", () -> copy(far, near, true));
            } catch (IOException e) {
                // The test has closed the front, or the server is not there: the client sees a closed connection.
            }
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int count = in.read(buffer); count >= 0 && !away; count = in.read(buffer)) {
                awaitRelease(answers);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // Cut.
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        cut();
    }
}
