package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Product;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every flow at once, with the console and TLS on, and a secret wherever there can be one; no peer that they are for is there. */
@RequiresPeer("openssl")
class WholeProductIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SECRET = "hunter2-";
    /** A server that is not there, so that every edge has something to complain about. */
    private static final String NOWHERE = "127.0.0.1:9";
    private static final Set<String> LOOPBACK = Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

    @TempDir
    static Path folder;
    private static Product product;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        certify();
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("src/main/resources/variables.txt"))) {
            String[] variable = line.split(" \\| ");
            if (variable.length > 2 && variable[1].equals("secret")) {
                environment.put(variable[0], SECRET + variable[0]);
            }
        }
        assertThat(environment).hasSizeGreaterThan(7);
        for (String name : List.of("CONNECTOR_AUTH_TOKEN", "PROXY_API_KEY", "PROXY_REGISTRY_PASSWORD", "PROXY_REGISTRY_TOKEN")) {
            environment.put(name, SECRET + name);
        }
        environment.put("DROMEDARY_FLOWS", String.join(",", flows()));
        environment.put("DROMEDARY_CONSOLE", "true");
        environment.put("DROMEDARY_LOG_LEVEL", "DEBUG");
        environment.put("DROMEDARY_LIBRARY_LOG_LEVEL", "INFO");
        // Not the one of the tests.
        environment.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=");
        environment.put("DROMEDARY_HTTP_TLS_CERT", folder.resolve("own.crt").toString());
        environment.put("DROMEDARY_HTTP_TLS_KEY", folder.resolve("own.key").toString());
        environment.put("DROMEDARY_MQTT_USERNAME", "somebody");
        environment.put("PETAL_CLOUD_ENDPOINT", "http://cloud:" + SECRET + "cloud@" + NOWHERE);
        environment.put("PETAL_ACCESS_TOKEN_URL", "http://" + NOWHERE + "/token?key=" + SECRET + "access");
        environment.put("DROMEDARY_SQL_URL", "jdbc:postgresql://" + NOWHERE + "/lab");
        environment.put("DROMEDARY_S3_ENDPOINT", "http://" + NOWHERE);
        environment.put("DROMEDARY_KAFKA_BROKERS", NOWHERE);
        environment.put("DROMEDARY_S3_ACCESS_KEY", "AK");
        environment.put("CONNECTOR_TARGET_SERVER", "http://" + NOWHERE);
        environment.put("CONNECTOR_SOURCES", "lab");
        environment.put("PROXY_REGISTRY_URL", NOWHERE);
        environment.put("PROXY_REGISTRY_USERNAME", "somebody");
        environment.put("PROXY_AUTHENTICATE", "true");
        environment.put("PROXY_TENANT_ID", "local");
        environment.put("PROXY_CHANNEL_ID", "local");
        environment.put("PROXY_ENTITY_ID", "proxy");
        environment.put("PROXY_HTTP_PORT", Integer.toString(FreePort.next()));
        environment.put("TRAINER_IDENTIFIER", "device");
        environment.put("TRAINER_DEVICES", "here=127.0.0.1");
        // Its own default is the network, where the original is reached.
        environment.put("TRAINER_PUBLISH_ADDRESSES", "tcp://127.0.0.1:" + FreePort.next());
        environment.put("TRAINER_COMMAND_ADDRESSES", "tcp://127.0.0.1:" + FreePort.next());
        product = Product.start(folder, environment, "--sim");
    }

    @AfterAll
    static void stop() {
        if (product != null) {
            product.close();
        }
    }

    private static Set<String> flows() throws IOException {
        Properties flows = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("src/main/resources/flows.properties"))) {
            flows.load(in);
        }
        Set<String> names = new TreeSet<>();
        flows.stringPropertyNames().stream().filter(name -> name.endsWith(".title")).forEach(name -> names.add(name.substring(0, name.indexOf('.'))));
        return names;
    }

    private static void certify() throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(own.certificate())) {
            trusted.setCertificateEntry("own", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(String server, String path, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://" + product.addresses().get(server) + path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String login() {
        return "Basic " + Base64.getEncoder().encodeToString(("dromedary:" + SECRET + "DROMEDARY_CONSOLE_PASSWORD").getBytes());
    }

    private static String jolokia(Object request) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("https://" + product.addresses().get("management") + "/hawtio/jolokia")).header("Authorization", login())
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(request))).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String send(String command, String payload) throws IOException {
        StringWriter said = new StringWriter();
        DromedaryCli.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true))
                .execute("send", "--json", "--timeout", "60s", "--mqtt", "tcp://" + product.addresses().get("mqtt"), command, payload);
        return said.toString();
    }

    @Test
    void bothServersSpeakTlsOnly() throws Exception {
        assertThat(get("management", "/observe/health/live", null).statusCode()).isEqualTo(200);
        assertThat(get("management", "/hawtio/", null).statusCode()).isEqualTo(401);
        assertThat(get("management", "/hawtio/", login()).statusCode()).isEqualTo(200);
        assertThat(get("management", "/hawtio/jolokia/version", login()).body()).contains("\"agent\"");
        assertThat(get("http", "/admin-dashboard", null).statusCode()).isEqualTo(401);
        for (String server : List.of("http", "management")) {
            URI plain = URI.create("http://" + product.addresses().get(server) + "/observe/health");
            assertThatThrownBy(() -> http.send(HttpRequest.newBuilder(plain).build(), HttpResponse.BodyHandlers.discarding())).isInstanceOf(IOException.class);
        }
        assertThat(product.output()).contains("curl https://");
    }

    @Test
    void theHealthCheckOfTheImageSpeaksItToo() throws Exception {
        ProcessBuilder healthy = new ProcessBuilder("src/main/distribution/bin/healthy").redirectErrorStream(true);
        healthy.environment().put("DROMEDARY_MANAGEMENT_PORT", product.addresses().get("management").replaceFirst(".*:", ""));
        healthy.environment().put("DROMEDARY_HTTP_TLS_CERT", folder.resolve("own.crt").toString());
        assertThat(healthy.start().waitFor()).isZero();
        healthy.environment().remove("DROMEDARY_HTTP_TLS_CERT");
        assertThat(healthy.start().waitFor()).isNotZero();
    }

    @Test
    void theDashboardAndTheRulesAskForMetricsThatThereAre() throws Exception {
        send("dromedary/health", "{}");
        String scraped = get("management", "/observe/metrics", null).body();
        Matcher name = Pattern.compile("\\b(camel_[a-z_]+|dromedary_proxy_[a-z_]+|dromedary_edge_(?:unaccounted|received_total|answered_total))\\b").matcher(
                Files.readString(Path.of("docker/monitoring/dashboard.json")) + Files.readString(Path.of("docker/monitoring/rules.yaml")));
        Set<String> missing = new TreeSet<>();
        int asked = 0;
        while (name.find()) {
            asked++;
            if (!Pattern.compile("(?m)^" + name.group(1) + "[ {]").matcher(scraped).find()) {
                missing.add(name.group(1));
            }
        }
        assertThat(asked).isGreaterThan(8);
        assertThat(missing).isEmpty();
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        assertThat(product.listening()).isNotEmpty().isSubsetOf(LOOPBACK);
        assertThat(product.receiving()).isNotEmpty().isSubsetOf(LOOPBACK);
    }

    @Test
    void tellsNoSecretAnywhere() throws Exception {
        StringBuilder everything = new StringBuilder();
        String item = "{\"table_name\": \"t\", \"partition_key\": \"p\", \"partition_value\": \"v\"}";
        Map<String, String> commands = Map.of("dromedary/health", "{}", "redis/get", "{\"key\": \"k\"}", "cloud/get-item", item, "local/get-item", item,
                "bucket/list-files", "{}");
        for (Map.Entry<String, String> command : commands.entrySet()) {
            String said = send(command.getKey(), command.getValue());
            assertThat(said).doesNotContain("VALIDATION_ERROR");
            everything.append(said);
        }
        for (String path : List.of("/observe/health", "/observe/metrics", "/observe/info")) {
            everything.append(get("management", path, null).body());
        }
        for (String path : List.of("/openapi.json", "/admin-dashboard", "/health", "/health/detailed", "/config", "/nothing")) {
            everything.append(get("http", path, "Bearer " + SECRET + "DROMEDARY_HTTP_TOKEN").body());
            everything.append(get("http", path, "Bearer wrong").body());
        }
        JsonNode names = JSON.readTree(jolokia(Map.of("type", "search", "mbean", "*:*"))).path("value");
        Set<String> patterns = new TreeSet<>();
        names.forEach(name -> patterns.add(name.asText().replaceFirst("^([^:]+):.*\\b(type=\\w+).*$", "$1:$2,*")));
        assertThat(patterns).contains("org.apache.camel:type=components,*", "org.apache.camel:type=endpoints,*", "org.apache.camel:type=routes,*", "io.dromedary:type=edges,*");
        for (String pattern : patterns) {
            everything.append(jolokia(Map.of("type", "read", "mbean", pattern, "config", Map.of("ignoreErrors", "true"))));
        }
        for (String operation : List.of("dumpRoutesAsXml(boolean)", "dumpRoutesAsYaml(boolean)")) {
            everything.append(jolokia(Map.of("type", "exec", "mbean", "org.apache.camel:context=dromedary,type=context,name=\"dromedary\"",
                    "operation", operation, "arguments", List.of(true))));
        }
        // Last, so that it has what all this made it say.
        everything.append(product.output());
        assertThat(everything.length()).isGreaterThan(500_000);
        assertThat(List.of("paho-mqtt5", "command-dispatch", "proxy-publish", "vantiq", "EndpointUri", "UptimeMillis", " DEBUG ")).allSatisfy(word -> assertThat(everything.indexOf(word)).as(word).isNotNegative());
        int at = everything.indexOf(SECRET);
        assertThat(at < 0 ? "" : everything.substring(Math.max(0, at - 300), Math.min(everything.length(), at + 60))).isEmpty();
    }
}
