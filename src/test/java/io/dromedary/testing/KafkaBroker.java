package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** A real Kafka, one node that is broker and controller, in a process of its own, which tests may kill and start again. */
public final class KafkaBroker implements AutoCloseable {

    private static final String CLUSTER = "ZHJvbWVkYXJ5LXRlc3QtMQ";

    private final Path folder;
    private final Path settings;
    private final int port;
    private Process process;

    private KafkaBroker(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.port = FreePort.next();
        this.settings = folder.resolve("server.properties");
        int controller = FreePort.next();
        Files.writeString(settings, """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                offsets.topic.num.partitions=1
                # Half of the heap otherwise, for nothing that a test does.
                log.cleaner.dedupe.buffer.size=2097152
                log.dirs=%3$s
                """.formatted(port, controller, folder.resolve("logs")));
    }

    /** Starts a broker and waits until it accepts connections. */
    public static KafkaBroker start(Path folder) throws Exception {
        KafkaBroker broker = new KafkaBroker(folder);
        Process format = broker.run("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", broker.settings.toString());
        if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
            throw new IOException("Kafka's storage: " + Files.readString(broker.folder.resolve("kafka.log")));
        }
        broker.start();
        return broker;
    }

    private Process run(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("kafka.log").toFile())).start();
    }

    /** Starts it (again), on the same port. */
    public void start() throws IOException {
        process = run("kafka.Kafka", settings.toString());
        Awaitility.await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50)).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException("Kafka ended: " + Files.readString(folder.resolve("kafka.log")));
                }
                return false;
            }
        });
    }

    /** Kills it without warning. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
