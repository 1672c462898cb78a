package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.oci.FakeRegistry;
import io.dromedary.propeller.RunningProxy;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@RequiresPeer("mosquitto")
@Timeout(120)
class PullCommandIT {

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int pull(String... arguments) {
        CommandLine line = DromedaryCli.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 1];
        all[0] = "pull";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }

    @Test
    void writesAVerifiedFileOrSaysWhyNot() throws Exception {
        byte[] content = new byte[3_000_001];
        new Random(5).nextBytes(content);
        try (Mosquitto broker = Mosquitto.start(folder); FakeRegistry registry = FakeRegistry.start()) {
            registry.push("wasm/app", "v1", content);
            Map<String, String> environment = Map.of("PROXY_MQTT_ADDRESS", broker.url(), "PROXY_TENANT_ID", "local", "PROXY_CHANNEL_ID", "local",
                    "PROXY_ENTITY_ID", "proxy", "PROXY_API_KEY", "key", "PROXY_REGISTRY_URL", registry.host(), "PROXY_REGISTRY_PLAIN_HTTP", registry.host());
            try (RunningProxy proxy = RunningProxy.start(environment)) {
                Path file = folder.resolve("app.wasm");
                String reference = registry.host() + "/wasm/app:v1";
                assertThat(pull(reference, "--mqtt", broker.url(), "-o", file.toString(), "--json")).as(err.toString()).isZero();
                assertThat(Files.readAllBytes(file)).isEqualTo(content);
                JsonNode result = new ObjectMapper().readTree(out.toString());
                assertThat(result.path("verified").asBoolean()).isTrue();
                assertThat("sha256:" + result.path("sha256").asText()).isEqualTo(FakeRegistry.digest(content));
                assertThat(err.toString()).contains("100.0 %");
                assertThat(pull(registry.host() + "/wasm/app:v2", "--mqtt", broker.url(), "-o", folder.resolve("x").toString())).isEqualTo(ExitCode.FAILED);
                assertThat(err.toString()).contains("NOT_FOUND");
                assertThat(folder.resolve("x")).doesNotExist();
                assertThat(folder.resolve("x.part")).doesNotExist();
            }
        }
    }

    @Test
    void refusesATargetThatCannotBeWrittenBeforeItAsks() throws Exception {
        String nobody = "tcp://127.0.0.1:" + FreePort.next();
        Path absent = folder.resolve("absent");
        assertThat(pull("localhost:5000/a", "--mqtt", nobody, "-o", absent.resolve("x").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("There is no folder " + absent + " to write x to.");
        assertThat(pull("localhost:5000/a", "--mqtt", nobody, "-o", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(folder + " is a folder; name a file.");
        assertThat(pull("localhost:5000/a", "--mqtt", nobody, "-o", Files.createDirectory(folder.resolve("x.part")).resolveSibling("x").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(folder.resolve("x") + " cannot be written: ");
    }

    @Test
    void refusesBadReferencesAndAbsentBrokers() throws Exception {
        assertThat(pull("noslash")).isEqualTo(ExitCode.USAGE);
        assertThat(pull("localhost:5000/a", "--mqtt", "tcp://127.0.0.1:" + FreePort.next())).isEqualTo(ExitCode.UNREACHABLE);
    }
}
