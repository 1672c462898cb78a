package io.dromedary.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An embedded server in a Java process of its own, so that a test can kill it with {@code kill -9}. */
public final class ServerProcess implements AutoCloseable {

    private static final int START_LIMIT_S = 60;

    private final Process process;
    private final BufferedReader out;
    private final String firstLine;

    private ServerProcess(Process process, BufferedReader out, String firstLine) {
        this.process = process;
        this.out = out;
        this.firstLine = firstLine;
    }

    /** Forks {@link #main} and waits for its first line. */
    public static ServerProcess start(Path dataDirectory, String server) throws Exception {
        return start(dataDirectory, server, 0);
    }

    /** The same on a port that is known, as after a kill; for the S3 store. */
    public static ServerProcess start(Path dataDirectory, String server, int port) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-XX:TieredStopAtLevel=1", ServerProcess.class.getName(), dataDirectory.toString(), server, Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = CompletableFuture.supplyAsync(() -> {
            try {
                return out.readLine();
            } catch (IOException e) {
                return null;
            }
        }).get(START_LIMIT_S, TimeUnit.SECONDS);
        return new ServerProcess(process, out, line);
    }

    /** The server's address, or the sentence with which its start was refused. */
    public String firstLine() {
        return firstLine;
    }

    public int port() {
        return Integer.parseInt(firstLine.substring(firstLine.indexOf(':') + 1));
    }

    public void kill9() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(START_LIMIT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still alive after SIGKILL");
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill9();
    }

    /** Runs one server on a data directory until the process is killed: {@code <directory> <server> <port>}. */
    public static void main(String[] args) throws IOException {
        try {
            DataDirectory data = DataDirectory.open(Path.of(args[0]));
            EmbeddedServer server = switch (args[1]) {
                case "mqtt" -> new EmbeddedMqtt(data, 0);
                case "redis" -> new EmbeddedRedis(data, 0);
                case "s3" -> new EmbeddedS3(data, Integer.parseInt(args[2]), "flights");
                case "sql" -> new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
                default -> throw new IllegalArgumentException(args[1]);
            };
            server.start();
            System.out.println(server.address());
            if (server instanceof EmbeddedDatabase database) {
                insertForEver(database);
            }
            System.in.read();
        } catch (StartRefused e) {
            System.out.println(e.getMessage());
        }
    }

    private static void insertForEver(EmbeddedDatabase database) {
        var sql = new org.springframework.jdbc.core.JdbcTemplate(database.dataSource());
        sql.execute("CREATE TABLE IF NOT EXISTS acknowledged (n INTEGER PRIMARY KEY)");
        for (long n = 1;; n++) {
            sql.update("INSERT INTO acknowledged VALUES (?)", n);
            System.out.println(n);
        }
    }

    /** Reads further lines, for the endless inserts. */
    BufferedReader lines() {
        return out;
    }
}
