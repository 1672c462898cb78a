package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Product;
import io.dromedary.testing.SelfSigned;
import org.awaitility.Awaitility;

/**
 * One of the proxies that are compared.
 *
 * @param name     for what is printed
 * @param process  it
 * @param end      how it is ended
 * @param channel  the channel that it serves
 * @param registry host and port of the registry that it is asked to fetch from
 */
record OciBenchProxy(String name, ProcessHandle process, AutoCloseable end, String channel, String registry) implements AutoCloseable {

    /** Ours, by the launcher with its options. {@code trusted} may be null. */
    static OciBenchProxy ours(Path folder, Mosquitto broker, DockerRegistry registry, SelfSigned trusted, String heap) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_FLOWS", "propeller", "DROMEDARY_LOG_LEVEL", "WARN",
                "DROMEDARY_JAVA_OPTIONS", "-Xmx" + heap + " " + System.getProperty("bench.java", "")));
        environment.putAll(identity(broker, "chan", registry.host(), 0));
        environment.put("PROXY_REGISTRY_PLAIN_HTTP", registry.host());
        if (trusted != null) {
            environment.put("SSL_CERT_FILE", trusted.certificate().toString());
        }
        Product product = Product.launch(folder, environment);
        return new OciBenchProxy("ours", product.process(), product, "chan", registry.host());
    }

    /** The program that ours replaces, as built from its source (v0.4.0 or later). It speaks to registries over TLS only. */
    static OciBenchProxy original(Path folder, Mosquitto broker, DockerRegistry sealed, SelfSigned trusted, String program) throws IOException {
        Path log = folder.resolve("original.log");
        ProcessBuilder builder = new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(identity(broker, "original", sealed.host(), FreePort.next()));
        builder.environment().putAll(Map.of("PROXY_TENANT_ID", "dom", "PROXY_ENTITY_ID", "original", "PROXY_API_KEY", "key", "SSL_CERT_FILE", trusted.certificate().toString()));
        Process process = builder.start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(log).contains("successfully subscribed to topic"));
        return new OciBenchProxy("original over TLS", process.toHandle(), () -> {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }, "original", sealed.host());
    }

    private static Map<String, String> identity(Mosquitto broker, String channel, String registry, int port) {
        return Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_DOMAIN_ID", "dom", "PROXY_CHANNEL_ID", channel, "PROXY_CLIENT_ID", channel + "-proxy",
                "PROXY_CLIENT_KEY", "key", "PROXY_REGISTRY_URL", registry, "PROXY_HTTP_PORT", String.valueOf(port));
    }

    /** The same proxy, asked for artifacts of a registry over TLS. */
    OciBenchProxy over(DockerRegistry sealed) {
        return new OciBenchProxy(name + " over TLS", process, end, channel, sealed.host());
    }

    /** What its topics begin with. */
    String prefix() {
        return "m/dom/c/" + channel + "/registry/";
    }

    /** Processor time so far in milliseconds: what it costs, also on a machine that is busy with other things. */
    double cpu() {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }

    /** The most memory it had, as the kernel counts it. */
    String peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElse("?").replaceAll("\\s+", " ");
    }

    @Override
    public void close() throws Exception {
        end.close();
    }
}
