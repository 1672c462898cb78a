package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real web proxy (tinyproxy) on a free loopback port, which asks for a user and a password. */
public final class TinyProxy implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final int port = FreePort.next();

    private TinyProxy(Path folder, String user, String password) throws IOException {
        log = folder.resolve("tinyproxy.log");
        Path configuration = Files.writeString(folder.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Timeout 60
                LogFile "%s"
                LogLevel Connect
                BasicAuth %s %s
                """.formatted(port, Files.writeString(log, ""), user, password));
        process = new ProcessBuilder(Peers.find("tinyproxy").orElseThrow().toString(), "-d", "-c", configuration.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("tinyproxy.out").toFile()).start();
        Wait.until(this::accepts);
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public static TinyProxy start(Path folder, String user, String password) throws IOException {
        return new TinyProxy(folder, user, password);
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    /** What went through it, as it tells itself. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
