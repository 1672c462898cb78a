package io.dromedary.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/** The whole product, {@code run}, in a process of its own with free ports and a data directory of its own. */
public final class Product implements AutoCloseable {

    private static final int READY_LIMIT_S = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private Product(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it on the class path of the test and waits until it is ready. */
    public static Product start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        return start(folder, environment, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.serialFilter=!*", "-Djdk.http.auth.tunneling.disabledSchemes=", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "io.dromedary.Dromedary", "run"), arguments);
    }

    /** Starts it as a user does, by the launcher in the current directory, and waits until it is ready. */
    public static Product launch(Path folder, Map<String, String> environment) throws IOException {
        return start(folder, environment, List.of("./dromedary", "run"));
    }

    private static Product start(Path folder, Map<String, String> environment, List<String> program, String... arguments) throws IOException {
        Path out = folder.resolve("product.out");
        Path err = folder.resolve("product.err");
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("DROMEDARY_DATA_DIR", folder.resolve("data").toString());
        for (String port : List.of("HTTP", "MANAGEMENT", "MQTT", "REDIS", "S3")) {
            builder.environment().put("DROMEDARY_" + port + "_PORT", "0");
        }
        builder.environment().putAll(environment);
        Product product = new Product(builder.start(), out, err);
        try {
            Awaitility.await().atMost(READY_LIMIT_S, TimeUnit.SECONDS).until(() -> product.ready() != null || !product.process.isAlive());
            if (product.ready() == null) {
                throw new IllegalStateException("ended before it was ready: " + product.output());
            }
        } catch (RuntimeException e) {
            product.close();
            throw e;
        }
        return product;
    }

    /** Its process; the launcher's shell becomes the Java program. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    private String ready() throws IOException {
        return Files.readAllLines(out).stream().filter(line -> line.startsWith("ready ")).findFirst().orElse(null);
    }

    /** What the {@code ready} line says, by name. */
    public Map<String, String> addresses() throws IOException {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String pair : ready().substring("ready ".length()).split(" ")) {
            addresses.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return addresses;
    }

    /** Everything it has written so far. */
    public String output() throws IOException {
        return Files.readString(out) + Files.readString(err);
    }

    /** The local addresses, in the hexadecimal form of the kernel, on which it and its children listen for TCP. */
    public Set<String> listening() throws IOException {
        return addresses("tcp", "0A");
    }

    /** The local addresses at which they take UDP datagrams of anybody. */
    public Set<String> receiving() throws IOException {
        return addresses("udp", "07");
    }

    private Set<String> addresses(String protocol, String state) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (ProcessHandle one : Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList()) {
            try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(one.pid()), "fd"))) {
                for (Path file : files.toList()) {
                    String target = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file).toString() : "";
                    if (target.startsWith("socket:[")) {
                        sockets.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                }
            } catch (NoSuchFileException e) {
                continue; // it was closed, or has ended, meanwhile
            }
        }
        Set<String> addresses = new HashSet<>();
        for (String table : List.of(protocol, protocol + "6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.trim().split("\\s+");
                if (fields.length > 9 && fields[3].equals(state) && sockets.contains(fields[9])) {
                    addresses.add(fields[1].substring(0, fields[1].indexOf(':')));
                }
            }
        }
        return addresses;
    }

    /** Ends it by SIGTERM, and tells its exit code. */
    public int stop() {
        close();
        return process.exitValue();
    }

    /** Ends it by SIGTERM. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
