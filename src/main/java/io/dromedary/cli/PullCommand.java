package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mqtt.MqttMessage;
import io.dromedary.oci.OciException;
import io.dromedary.oci.OciReference;
import io.dromedary.propeller.ArtifactFile;
import io.dromedary.propeller.ProxySettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary pull <reference>}: asks the proxy for an artifact over MQTT, puts its chunks together and writes a file. */
@Command(name = "pull", mixinStandardHelpOptions = true,
        description = "Fetches an artifact of an OCI registry through the proxy, over MQTT, and writes it to a file.")
final class PullCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Chunks that wait for the disk; the broker's flow control holds back the rest. */
    private static final int QUEUE = 64;
    private static final long DIGEST_SECONDS = 5;

    @Parameters(index = "0", paramLabel = "REFERENCE", description = "registry/repository[:tag][@digest]")
    private String reference;
    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Where to write; default: the last part of the repository, with .wasm.")
    private Path output;
    @Option(names = "--timeout", description = "Longest silence before giving up (default: ${DEFAULT-VALUE}).", defaultValue = "60s",
            converter = TimeLimit.Converter.class)
    private TimeLimit timeout;
    @Option(names = "--json", description = "Print the result as one line of JSON.")
    private boolean json;
    @Option(names = "--mqtt", paramLabel = "URL",
            description = "The broker; default: PROXY_MQTT_ADDRESS, DROMEDARY_MQTT_URL, or the instance that runs here.")
    private String mqtt;
    @Spec
    private CommandSpec spec;

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>(QUEUE);
    private final CountDownLatch stated = new CountDownLatch(1);
    private volatile String digest = "";
    private long started;
    private long shown;

    @Override
    public Integer call() throws Exception {
        OciReference parsed = parsed();
        ProxySettings topics = ProxySettings.topics(System::getenv);
        Path file = output != null ? output : Path.of(parsed.repository().substring(parsed.repository().lastIndexOf('/') + 1) + ".wasm");
        try (ArtifactFile artifact = writable(file)) {
            return pull(topics, artifact, file);
        }
    }

    private int pull(ProxySettings topics, ArtifactFile artifact, Path file) throws Exception {
        Settings environment = Settings.ofProcess();
        String url = mqtt != null ? mqtt : topics.mqttAddress().isEmpty() ? null : topics.mqttAddress();
        try (BusClient client = new BusClient(url, environment)) {
            try {
                client.connect();
                client.subscribe(topics.chunkTopic(), topics.mqttQos(), this::receive);
                client.subscribe(topics.errorTopic(), topics.mqttQos(), this::receive);
                client.subscribe(topics.progressTopic(), 0, this::progress);
            } catch (IOException e) {
                err().println("dromedary: " + e.getMessage() + "; is it running?");
                return ExitCode.UNREACHABLE;
            }
            started = System.nanoTime();
            client.publish(topics.requestTopic(), topics.mqttQos(), Map.of("app_name", reference));
            return assemble(artifact, file);
        }
    }

    /** Before anybody is asked: a large artifact would be sent for nothing. */
    private ArtifactFile writable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new ParameterException(spec.commandLine(), file + " is a folder; name a file.");
        }
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "There is no folder " + folder + " to write " + file.getFileName() + " to.");
        }
        try {
            return new ArtifactFile(file);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), file + " cannot be written: "
                    + (e instanceof AccessDeniedException ? "permission denied" : e.getMessage()) + ".");
        }
    }

    private OciReference parsed() {
        try {
            return OciReference.parse(reference, System.getenv("PROXY_DEFAULT_REGISTRY"));
        } catch (OciException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void receive(MqttMessage message) {
        try {
            JsonNode node = JSON.readTree(message.payload());
            if (reference.equals(node.path("app_name").asText()) && !messages.offer(node, 1, TimeUnit.MINUTES)) {
                err().println("dromedary: the disk does not keep up");
            }
        } catch (IOException e) {
            err().println("dromedary: a message that is not JSON was ignored");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void progress(MqttMessage message) {
        try {
            JsonNode node = JSON.readTree(message.payload());
            if (reference.equals(node.path("app_name").asText())) {
                digest = node.path("digest").asText("");
                if (!digest.isEmpty()) {
                    stated.countDown();
                }
            }
        } catch (IOException e) {
            err().println("dromedary: a message that is not JSON was ignored");
        }
    }

    private int assemble(ArtifactFile artifact, Path file) throws IOException, InterruptedException {
        long limit = timeout.duration().toMillis();
        while (!artifact.isComplete()) {
            JsonNode message = messages.poll(limit, TimeUnit.MILLISECONDS);
            if (message == null) {
                err().println("dromedary: nothing came for " + timeout);
                return ExitCode.TIMED_OUT;
            }
            if (message.has("error_code")) {
                err().println("dromedary: " + message.path("error_code").asText() + ": " + message.path("message").asText());
                return ExitCode.FAILED;
            }
            artifact.add(message.path("chunk_idx").asInt(-1), message.path("total_chunks").asInt(), message.path("data").binaryValue());
            show(artifact, message.path("total_chunks").asInt());
        }
        return verify(artifact, file);
    }

    private int verify(ArtifactFile artifact, Path file) throws IOException, InterruptedException {
        double seconds = seconds();
        // The proxy states the digest in its progress messages; the original has none, then there is nothing to compare with.
        boolean known = stated.await(DIGEST_SECONDS, TimeUnit.SECONDS);
        String sha256 = artifact.sha256();
        boolean verified = known && digest.equals("sha256:" + sha256);
        err().println();
        if (!verified && digest.startsWith("sha256:")) {
            err().println("dromedary: the artifact arrived damaged: it has sha256:" + sha256 + " instead of " + digest);
            return ExitCode.FAILED;
        }
        artifact.keep();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("reference", reference);
        result.put("file", file.toString());
        result.put("bytes", artifact.bytes());
        result.put("chunks", artifact.chunks());
        result.put("sha256", sha256);
        result.put("verified", verified);
        result.put("seconds", seconds);
        out().println(json ? JSON.writeValueAsString(result)
                : file + ": " + artifact.bytes() + " bytes, sha256 " + sha256 + (verified ? " (verified)" : " (nobody stated a digest)"));
        out().flush();
        return ExitCode.DONE;
    }

    private double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    private void show(ArtifactFile artifact, int total) {
        boolean last = artifact.chunks() == total;
        if (!last && System.nanoTime() - shown < TimeUnit.MILLISECONDS.toNanos(200)) {
            return;
        }
        shown = System.nanoTime();
        double rate = artifact.bytes() / Math.max(seconds(), 1e-3);
        double left = artifact.chunks() == 0 ? 0 : seconds() * (total - artifact.chunks()) / artifact.chunks();
        err().printf("\r%5.1f %%  %,d bytes  %.1f MB/s  %.0f s left ", 100.0 * artifact.chunks() / total, artifact.bytes(), rate / 1e6, left);
        err().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
