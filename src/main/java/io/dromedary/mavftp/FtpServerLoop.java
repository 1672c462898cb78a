package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs an {@link FtpServer} on a link: one thread, a bounded queue of requests. Requests that find the queue full are lost. */
public final class FtpServerLoop implements AutoCloseable {

    private record Request(int system, int component, FtpPayload payload) {
    }

    private static final int QUEUE = 1024;
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final BlockingQueue<Request> queue = new ArrayBlockingQueue<>(QUEUE);
    private final FtpServer server;
    private final FtpTransport.Subscription subscription;
    private final Thread thread;

    /** Starts serving a directory. */
    public FtpServerLoop(FtpTransport transport, Path root, FtpServerProfile profile) {
        server = new FtpServer(root, profile, (system, component, answer) -> {
            try {
                transport.send(system, component, answer);
            } catch (IOException e) {
                // the link is down: like a lost packet, the client asks again
            }
        });
        thread = new Thread(this::run, "mavftp-server");
        thread.setDaemon(true);
        subscription = transport.listen((system, component, payload) -> queue.offer(new Request(system, component, payload)));
        thread.start();
    }

    /** Forgets every session and every waiting request, as a reboot does. */
    public void reboot() {
        synchronized (server) {
            queue.clear();
            server.reboot();
        }
    }

    /** Simulates a nearly full disk: writes beyond this many bytes fail with ENOSPC. */
    public void limitFreeBytes(long bytes) {
        server.limitFreeBytes(bytes);
    }

    @Override
    public void close() {
        subscription.close();
        thread.interrupt();
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            long next = Long.MAX_VALUE;
            while (!Thread.currentThread().isInterrupted()) {
                long wait = next == Long.MAX_VALUE ? LONGEST_WAIT_NANOS : Math.max(0, next - System.nanoTime());
                Request request = queue.poll(wait, TimeUnit.NANOSECONDS);
                synchronized (server) {
                    if (request != null) {
                        server.receive(System.nanoTime(), request.system, request.component, request.payload);
                    }
                    next = server.advance(System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            server.reboot();
        }
    }
}
