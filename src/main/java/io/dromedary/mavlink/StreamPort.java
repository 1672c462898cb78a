package io.dromedary.mavlink;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TCP, both ends, and serial lines: streams that are opened again whenever they end. */
final class StreamPort implements Port {

    private static final Logger LOG = LoggerFactory.getLogger(StreamPort.class);

    private static final int CONNECT_TIMEOUT_MILLIS = 5000;
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 5000;
    private static final int MAX_CONNECTIONS = 16;

    private final LinkAddress address;
    private final Owner owner;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket server;

    StreamPort(LinkAddress address, Owner owner) {
        this.address = address;
        this.owner = owner;
    }

    /** Two directions and an end. */
    interface Stream extends Closeable {

        /** Bytes, or -1 at the end; may return 0 when nothing arrived for a while. */
        int read(byte[] into) throws IOException;

        OutputStream out();
    }

    @Override
    public void open() throws IOException {
        if (address.kind() == LinkAddress.Kind.TCP_SERVER) {
            server = new ServerSocket();
            server.setReuseAddress(true);
            try {
                server.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
            } catch (IOException e) {
                server.close();
                throw new IOException("Cannot open " + address + ": " + e.getMessage(), e);
            }
            start("mavlink-" + address, this::accept);
        } else {
            start("mavlink-" + address, this::connectAgainAndAgain);
        }
    }

    private void start(String name, Runnable task) {
        Thread thread = owner.thread(name, () -> {
            try {
                task.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    @Override
    public int localPort() {
        return server == null ? -1 : server.getLocalPort();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void accept() {
        while (!isClosing()) {
            try {
                Socket socket = server.accept();
                if (connections.get() >= MAX_CONNECTIONS) {
                    LOG.warn("{} already has {} connections, refused {}", address, MAX_CONNECTIONS, socket.getRemoteSocketAddress());
                    socket.close();
                    continue;
                }
                connections.incrementAndGet();
                Stream stream = stream(socket);
                start("mavlink-" + address + "-" + socket.getPort(), () -> {
                    converse(stream, "tcp " + socket.getRemoteSocketAddress());
                    connections.decrementAndGet();
                });
            } catch (IOException e) {
                if (!isClosing()) {
                    LOG.debug("Accepting on {}: {}", address, e.toString());
                    pause(FIRST_PAUSE_MILLIS);
                }
            }
        }
    }

    private void connectAgainAndAgain() {
        long wait = FIRST_PAUSE_MILLIS;
        while (!isClosing()) {
            try {
                Stream stream = address.kind() == LinkAddress.Kind.SERIAL ? SerialLine.open(address) : connect();
                LOG.info("Connected to {}", address);
                wait = FIRST_PAUSE_MILLIS;
                converse(stream, address.toString());
                if (!isClosing()) {
                    LOG.info("Disconnected from {}", address);
                }
            } catch (IOException e) {
                LOG.debug("Connecting to {}: {}", address, e.toString());
            }
            pause(wait);
            wait = Math.min(LONGEST_PAUSE_MILLIS, wait * 2);
        }
    }

    private Stream connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), CONNECT_TIMEOUT_MILLIS);
            return stream(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Stream stream(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        return new Stream() {
            @Override
            public int read(byte[] into) throws IOException {
                return in.read(into);
            }

            @Override
            public OutputStream out() {
                return out;
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    /** Reads until the stream ends, with a second thread that writes. */
    private void converse(Stream stream, String name) {
        StreamChannel channel = new StreamChannel(name, stream.out(), owner);
        FrameParser parser = owner.parser(frame -> owner.frame(channel, frame));
        open.add(stream);
        owner.opened(channel);
        try (stream) {
            start("mavlink-" + name + "-write", () -> write(channel, stream));
            byte[] bytes = new byte[8192];
            // Asked after adding to the open streams: close() either sees this one or is seen here.
            while (!isClosing()) {
                int count = stream.read(bytes);
                if (count < 0) {
                    break;
                }
                parser.stream(bytes, 0, count);
            }
        } catch (IOException e) {
            LOG.debug("Reading from {}: {}", name, e.toString());
        } finally {
            open.remove(stream);
            channel.close();
            owner.closed(channel);
            owner.retired(parser);
        }
    }

    private static void write(StreamChannel channel, Stream stream) {
        try (stream) {
            channel.write();
        } catch (IOException e) {
            LOG.debug("Writing to {}: {}", channel, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause(long millis) {
        try {
            closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void expire(long now) {
        // Streams end by themselves.
    }

    @Override
    public void close() {
        closing.countDown();
        if (server != null) {
            closeQuietly(server);
        }
        open.forEach(StreamPort::closeQuietly);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("Closing: {}", e.toString());
        }
    }
}
