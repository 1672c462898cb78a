package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** A real mosquitto broker on a free loopback port, which tests may kill and start again. */
public final class Mosquitto implements AutoCloseable {

    private final Path configuration;
    private final int port;
    private Process process;

    private Mosquitto(Path folder, List<String> settings) throws IOException {
        this.port = FreePort.next();
        this.configuration = Files.createDirectories(folder).resolve("mosquitto.conf");
        // Started as root it would become a user who cannot write into a test's folder, and so save nothing, and say so in its log only.
        Files.writeString(configuration, "user root\nlistener " + port + " 127.0.0.1\nset_tcp_nodelay true\nmax_queued_messages 100000\n"
                + String.join("\n", settings) + "\n");
    }

    /**
     * Starts a broker and waits until it accepts connections.
     *
     * @param folder   where its configuration goes
     * @param settings further lines of mosquitto.conf; without {@code allow_anonymous} everybody may connect
     */
    public static Mosquitto start(Path folder, String... settings) throws IOException {
        List<String> lines = List.of(settings);
        boolean closed = lines.stream().anyMatch(line -> line.startsWith("allow_anonymous"));
        Mosquitto broker = new Mosquitto(folder, closed ? lines
                : java.util.stream.Stream.concat(lines.stream(), java.util.stream.Stream.of("allow_anonymous true")).toList());
        broker.start();
        return broker;
    }

    /** Starts it (again), on the same port. */
    public void start() throws IOException {
        String program = Peers.find("mosquitto").orElseThrow().toString();
        process = new ProcessBuilder(program, "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(log().toFile()).start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20)).until(this::accepts);
    }

    /** Has it read its passwords again. */
    public void reload() throws IOException {
        new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
    }

    /** What it says of its clients. */
    public Path log() {
        return configuration.resolveSibling("mosquitto.log");
    }

    private boolean accepts() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("mosquitto did not start: " + Files.readString(log()));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Kills it without warning ({@code kill -9}). */
    public void kill() {
        process.destroyForcibly();
        await(process);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
        await(process);
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
