package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import io.dromedary.testing.Product;
import io.dromedary.testing.TraceCollector;
import io.dromedary.testing.Wait;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of the running product, as a collector gets them. */
class TracesIT {

    private static final String ROUTES = """
            - route:
                id: petal-lab.fetch
                description: Starts a job that fetches the newest log of the vehicle
                from:
                  uri: direct:command/petal-lab/fetch
                  steps:
                    - to:
                        uri: job:start
                        parameters:
                          type: FetchJob
                          route: direct:lab-fetch
            - route:
                id: lab-fetch
                description: Fetches the newest log
                from:
                  uri: direct:lab-fetch
                  steps:
                    - to:
                        uri: mavftp:list-ulogs
                        parameters:
                          path: fs/microsd/log
                    - setHeader:
                        name: CamelMavftpPath
                        expression:
                          simple:
                            expression: ${body[0][remote_path]}
                    - setBody:
                        expression:
                          constant:
                            expression: ""
                    - to:
                        uri: mavftp:get
                        parameters:
                          target: TARGET
            """;

    @TempDir
    Path folder;

    @Test
    void oneTraceLeadsFromACommandToItsReplyThroughItsJobAndTransfer() throws Exception {
        Path log = folder.resolve("log.ulg");
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/fetch.camel.yaml"), ROUTES.replace("TARGET", log.toString()));
        try (TraceCollector collector = TraceCollector.start()) {
            Map<String, String> environment = Map.of("DROMEDARY_TRACING", "true", "DROMEDARY_TRACING_ENDPOINT", collector.url(),
                    "DROMEDARY_TRACING_TOKEN", "who-we-are", "DROMEDARY_MACHINE_ID", "machine-7", "DROMEDARY_FLOWS", "bus",
                    "DROMEDARY_ROUTES_DIR", folder.resolve("routes").toString());
            try (Product product = Product.start(folder, environment, "--sim")) {
                StringWriter said = new StringWriter();
                int code = DromedaryCli.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true))
                        .execute("send", "--json", "--mqtt", "tcp://" + product.addresses().get("mqtt"), "petal-lab/fetch");
                assertThat(code).as(said.toString()).isZero();
                Wait.until(() -> named(collector, "mavftp", "get") != null && Files.exists(log));
            }
            assertThat(log).isNotEmptyFile();
            Span transfer = named(collector, "mavftp", "get");
            List<Span> trace = collector.spans().stream().filter(span -> span.getTraceId().equals(transfer.getTraceId())).toList();
            assertThat(uris(trace)).anyMatch(uri -> uri.startsWith("paho-mqtt5") && uri.contains("command/edge"))
                    .anyMatch(uri -> uri.startsWith("seda:command-dispatch") || uri.startsWith("seda://command-dispatch"))
                    .anyMatch(uri -> uri.contains("command/petal-lab/fetch")).anyMatch(uri -> uri.contains("lab-fetch"))
                    .anyMatch(uri -> uri.startsWith("paho-mqtt5") && uri.contains("response"));
            // It hangs together: one root, and everybody's parent is there.
            Set<ByteString> ids = trace.stream().map(Span::getSpanId).collect(Collectors.toCollection(HashSet::new));
            assertThat(trace.stream().filter(span -> !ids.contains(span.getParentSpanId()))).hasSize(1);
            assertThat(collector.headers()).allSatisfy(headers -> assertThat(headers.get("Authorization")).containsExactly("Bearer who-we-are"));
            assertThat(collector.requests().get(0).getResourceSpans(0).getResource().getAttributesList())
                    .anySatisfy(attribute -> assertThat(attribute.getKey() + "=" + attribute.getValue().getStringValue()).isEqualTo("service.name=dromedary"))
                    .anySatisfy(attribute -> assertThat(attribute.getKey() + "=" + attribute.getValue().getStringValue()).isEqualTo("service.instance.id=machine-7"));
        }
    }

    /** A collector of the Propeller proxy, whose address may have no path. */
    @Test
    void followsTheVariablesOfTheProxyThatItReplaces() throws Exception {
        try (TraceCollector collector = TraceCollector.start()) {
            Map<String, String> environment = Map.of("PROXY_OTEL_URL", collector.url().replace("/v1/traces", ""), "PROXY_TRACE_RATIO", "1", "DROMEDARY_FLOWS", "bus");
            try (Product product = Product.start(folder, environment)) {
                assertThat(DromedaryCli.commandLine().setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(new StringWriter()))
                        .execute("send", "--json", "--mqtt", "tcp://" + product.addresses().get("mqtt"), "dromedary/commands")).isZero();
                Wait.until(() -> named(collector, "direct", "command/dromedary/commands") != null);
            }
        }
    }

    private static Span named(TraceCollector collector, String scheme, String operation) {
        return collector.spans().stream().filter(span -> uri(span).startsWith(scheme) && uri(span).contains(operation)).findFirst().orElse(null);
    }

    private static List<String> uris(List<Span> spans) {
        return spans.stream().map(TracesIT::uri).toList();
    }

    private static String uri(Span span) {
        return span.getAttributesList().stream().filter(attribute -> attribute.getKey().equals("camel.uri"))
                .map(attribute -> attribute.getValue().getStringValue()).findFirst().orElse(span.getName());
    }
}
