package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;

/** server.config and targetServer against the SDK's recorded answers, and against its parser where that is installed. */
class ServerConfigTest {

    @TempDir
    Path directory;

    static Stream<JsonNode> urls() throws IOException {
        return StreamSupport.stream(VantiqContractTest.golden("url_cases").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("urls")
    void targetServerBecomesTheAddressOfTheSdk(JsonNode known) {
        assertThat(VantiqUrl.of(known.get("target").asText())).isEqualTo(known.get("url").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h.example.com", "h.example.com:8080", "//h/x", "https:/h", "ftp://h", "https://", "https://h h/", "https://a|b"})
    void addressThatCanNeverConnectIsRefusedWithItsKey(String target) {
        assertThatThrownBy(() -> VantiqUrl.check(target, "x/server.config: targetServer")).isInstanceOf(VantiqConfigException.class)
                .hasMessageStartingWith("x/server.config: targetServer");
    }

    @Test
    void refusedAddressDoesNotShowItsPassword() {
        assertThatThrownBy(() -> VantiqUrl.check("ftp://user:hunter2@h", "targetServer")).message().doesNotContain("hunter2");
        assertThat(new VantiqTarget(VantiqUrl.check("https://user:hunter2@h:8443/?a=b", "t"), "secret").toString())
                .isEqualTo("wss://h:8443/api/v1/wsock/websocket");
    }

    static Stream<JsonNode> configurations() throws IOException {
        return StreamSupport.stream(VantiqContractTest.golden("config_cases").spliterator(), false);
    }

    /** The cases in which the SDK goes wrong and we do not, with what we do. */
    private static final Map<String, String> REPAIRED = Map.of(
            "trailing comma", "[A]", "empty sources", "names no source", "no sources", "sources is missing", "only comments", "sources is missing",
            "key case matters", "sources is missing", "byte order mark", "wss://dev.example.com/api/v1/wsock/websocket",
            "failOnConnectionError false", "false", "empty targetServer", "targetServer needs one of the schemes",
            "quotes are not stripped", "targetServer needs one of the schemes");

    @ParameterizedTest
    @MethodSource("configurations")
    void fileMeansWhatItMeansToTheSdk(JsonNode known) throws IOException {
        if (!known.get("server_config").isNull()) {
            Files.writeString(directory.resolve("server.config"), known.get("server_config").asText());
        }
        Map<String, String> environment = new LinkedHashMap<>();
        known.get("environment").fields().forEachRemaining(e -> environment.put(e.getKey(), e.getValue().asText()));
        String repaired = REPAIRED.get(known.get("name").asText());
        if (repaired != null) {
            assertThat(outcome(environment)).contains(repaired);
            return;
        }
        JsonNode result = known.get("result");
        if (result.has("exception")) {
            assertThat(outcome(environment)).contains(result.get("text").asText().replace("<cwd>", directory.toString()));
            return;
        }
        ServerConfig config = ServerConfig.read(directory, environment);
        assertThat(config.sources()).isEqualTo(strings(result.get("sources")));
        assertThat(config.target().address()).hasToString(result.get("config").get("targetServer").asText());
        assertThat(config.token()).isEqualTo(result.get("config").get("authToken").textValue());
        assertThat(config.sendPings()).isEqualTo(result.get("pings").asBoolean());
        assertThat(config.failOnConnectionError()).isEqualTo(result.get("fail_on_connection_error").asBoolean());
        Map<String, String> expected = new LinkedHashMap<>();
        result.get("config").fields().forEachRemaining(e -> expected.put(e.getKey(), e.getValue().textValue()));
        expected.remove("authToken");
        assertThat(config.values()).isEqualTo(expected);
    }

    private String outcome(Map<String, String> environment) {
        try {
            ServerConfig config = ServerConfig.read(directory, environment);
            return config.sources() + " " + config.target() + " " + config.failOnConnectionError();
        } catch (VantiqConfigException e) {
            return e.getMessage();
        }
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    @Test
    void fileInItsOwnDirectoryComesFirstEvenWhenEmpty() throws IOException {
        Files.createDirectories(directory.resolve("serverConfig"));
        Files.writeString(directory.resolve("serverConfig").resolve("server.config"), "");
        Files.writeString(directory.resolve("server.config"), "targetServer=https://h\nsources=A\n");
        assertThatThrownBy(() -> ServerConfig.read(directory, Map.of()).sources()).isInstanceOf(VantiqConfigException.class)
                .hasMessageContaining("serverConfig").hasMessageContaining("sources is missing");
    }

    @Test
    void flagThatIsNeitherTrueNorFalseIsReportedWithFileAndKey() {
        ServerConfig config = ServerConfig.parse("sendPings=maybe", Map.of(), "here/server.config", directory);
        assertThatThrownBy(config::sendPings).hasMessage("here/server.config: sendPings is neither true nor false");
    }

    @Test
    void fileThatIsNotUtf8IsReported() throws IOException {
        Files.write(directory.resolve("server.config"), new byte[] {'a', '=', (byte) 0xff});
        assertThatThrownBy(() -> ServerConfig.read(directory, Map.of())).isInstanceOf(VantiqConfigException.class).hasMessageContaining("UTF-8");
    }

    @Test
    void explicitValuesComeBeforeTheFileAndTheFileBeforeTheFallback() throws IOException {
        Files.writeString(directory.resolve("server.config"), "targetServer=https://file\nauthToken=from-file\n");
        assertThat(new VantiqTargets(null, null, "fallback", directory).get().token()).isEqualTo("from-file");
        assertThat(new VantiqTargets("https://own", "own", "fallback", directory).get().token()).isEqualTo("own");
        assertThat(new VantiqTargets("https://own", null, "fallback", directory).get().address().getHost()).isEqualTo("own");
        Files.writeString(directory.resolve("server.config"), "targetServer=https://file\n");
        assertThat(new VantiqTargets(null, null, "fallback", directory).get().token()).isEqualTo("fallback");
    }

    /** Random texts through our parser and the SDK's, which has to be installed (pip: jprops). */
    @Test
    @RequiresPeer(python = "jprops")
    void readsRandomTextsLikeTheParserOfTheSdk() throws Exception {
        Random random = new Random(20261121);
        String alphabet = "ab=: \t\\\n\r#!uf\u00f30041";
        StringBuilder input = new StringBuilder("[");
        String[] texts = new String[2000];
        for (int i = 0; i < texts.length; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            texts[i] = text.toString();
            input.append(i == 0 ? "" : ",").append(new String(VantiqFrames.write(texts[i])));
        }
        String program = """
                import io, json, sys, jprops
                out = []
                for t in json.load(sys.stdin):
                    try:
                        out.append(jprops.load_properties(io.TextIOWrapper(io.BytesIO(t.encode('utf-8')), encoding='utf-8', newline=None)))
                    except Exception as e:
                        out.append(None)
                json.dump(out, sys.stdout)
                """;
        Process python = new ProcessBuilder(Peers.python(), "-c", program).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        python.getOutputStream().write(input.append("]").toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        python.getOutputStream().close();
        JsonNode results = VantiqFrames.JSON.readTree(python.getInputStream());
        assertThat(python.waitFor()).isZero();
        for (int i = 0; i < texts.length; i++) {
            if (results.get(i).isObject()) {
                Map<String, String> expected = new LinkedHashMap<>();
                results.get(i).fields().forEachRemaining(e -> expected.put(e.getKey(), e.getValue().asText()));
                assertThat(ServerConfigText.parse(texts[i])).as(Arrays.toString(texts[i].toCharArray())).isEqualTo(expected);
            }
        }
    }
}
