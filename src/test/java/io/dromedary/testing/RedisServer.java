package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real redis-server on a free loopback port that writes everything down, which tests may kill and start again. */
public final class RedisServer implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    private RedisServer(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.port = FreePort.next();
    }

    /** Starts a server and waits until it answers. */
    public static RedisServer start(Path folder) throws IOException {
        RedisServer server = new RedisServer(folder);
        server.start();
        return server;
    }

    /** Starts it (again), on the same port, with what it had written down. */
    public void start() throws IOException {
        process = new ProcessBuilder(Peers.find("redis-server").orElseThrow().toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1",
                "--dir", folder.toString(), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
                .redirectErrorStream(true).redirectOutput(folder.resolve("redis.log").toFile()).start();
        Wait.until(this::answers);
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().readNBytes(1)[0] == '+';
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    /** Kills it without warning. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
