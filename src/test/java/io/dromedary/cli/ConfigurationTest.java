package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.embedded.StartRefused;
import io.dromedary.testing.FreePort;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variables: from where they come, which there are, and what is said about wrong ones. */
class ConfigurationTest {

    private static final Path PAGE = Path.of("docs/configuration.md");

    @TempDir
    Path folder;

    private Map<String, String> withFile(String text, Map<String, String> environment) throws IOException {
        Files.writeString(folder.resolve(".env"), text);
        return EnvFile.addTo(environment, folder);
    }

    @Test
    void readsAFileOfVariablesBelowTheEnvironment() throws IOException {
        Map<String, String> all = withFile("""
                # the field's usual forms
                PETAL_REDIS_HOST=redis.local   # the fast one
                export PETAL_REDIS_PORT = 6380
                PETAL_REDIS_PASSWORD='a #b "c" \\n'
                PETAL_S3_BUCKET_NAME="two\\nlines \\"x\\""
                PETAL_CLOUD_ENDPOINT=
                """, Map.of("PETAL_REDIS_PORT", "7000"));
        assertThat(all).containsExactlyInAnyOrderEntriesOf(Map.of("PETAL_REDIS_HOST", "redis.local", "PETAL_REDIS_PORT", "7000",
                "PETAL_REDIS_PASSWORD", "a #b \"c\" \\n", "PETAL_S3_BUCKET_NAME", "two\nlines \"x\"", "PETAL_CLOUD_ENDPOINT", ""));
    }

    @Test
    void takesTheFileThatIsNamedAndNoneForTheEmptyName() throws IOException {
        Files.writeString(folder.resolve("other"), "A=1\r\nB=2\r\n");
        assertThat(withFile("C=3", Map.of(EnvFile.SETTING, "other"))).containsEntry("A", "1").containsEntry("B", "2").doesNotContainKey("C");
        assertThat(EnvFile.addTo(Map.of(EnvFile.SETTING, ""), folder)).doesNotContainKey("C");
        assertThatThrownBy(() -> EnvFile.addTo(Map.of(EnvFile.SETTING, "none"), folder)).isInstanceOf(StartRefused.class).hasMessageContaining("DROMEDARY_ENV_FILE");
    }

    @Test
    void tellsEveryLineThatIsNoVariableButNotItsText() {
        assertThatThrownBy(() -> withFile("A=1\nhunter2\nB='open\n", Map.of())).isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("Line 2").hasMessageContaining("Line 3").hasMessageNotContaining("hunter2").hasMessageNotContaining("open");
    }

    @Test
    void survivesAnyFile() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            String text = "A=" + new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[a-m]", "\"").replaceAll("[n-z]", "'\\\\");
            try {
                EnvFile.parse(text, "it");
            } catch (BadConfiguration e) {
                assertThat(e.getMessage()).contains("of it is no NAME=value");
            }
        }
    }

    @Test
    void routesSeeTheFilesVariablesAndOneTruth() throws IOException {
        Map<String, String> all = withFile("PETAL_REDIS_HOST=redis.local\nDROMEDARY_REDIS_TLS=Yes\nEMPTY=\n", Map.of());
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addPropertiesFunction(new Settings(all).placeholders());
            assertThat(context.resolvePropertyPlaceholders("{{env:PETAL_REDIS_HOST:localhost}} {{env:DROMEDARY_REDIS_TLS:false}} ({{env:EMPTY:x}}) {{env:NONE:a:b}}"))
                    .isEqualTo("redis.local true () a:b");
        }
    }

    @Test
    void runSendAndDoctorAgreeOnTruth() {
        for (String yes : new String[] {"1", "true", "TRUE", "yes", "Yes"}) {
            assertThat(new Settings(Map.of("DROMEDARY_MQTT_TLS_INSECURE_SKIP_VERIFY", yes)).busTls().insecure()).as(yes).isTrue();
        }
        assertThat(new Settings(Map.of("DROMEDARY_MQTT_TLS_INSECURE_SKIP_VERIFY", "0")).busTls().insecure()).isFalse();
    }

    @Test
    void tellsAllThatIsWrongAtOnceWithoutSecrets() {
        Settings settings = new Settings(Map.of("PETAL_REDIS_PORT", "eighty", "PETAL_CLOUD_ENDPOINT", "ftp://me:hunter2@cloud", "PETAL_REDIS_DB", "-1",
                "PETAL_ENABLE_CALLBACKS", "maybe", "PETAL_REDIS_HEALTH_MESSAGE_RATE", "0", "PETAL_SESSION_TOKEN_URL", "https://token",
                "DROMEDARY_PROBE_LIMIT", "soon", "PETAL_LOG_LEVEL", "LOUD", "DROMEDARY_S3_ACCESS_KEY", "AK", "PETAL_REDIS_PASSWORD", "hunter2"));
        assertThatThrownBy(() -> Variables.shipped().check(settings)).isInstanceOf(BadConfiguration.class).hasMessageStartingWith("9 variables are wrong")
                .hasMessageContaining("PETAL_REDIS_PORT is 'eighty', which is not a port number from 0 to 65535.")
                .hasMessageContaining("PETAL_CLOUD_ENDPOINT is not an address").hasMessageContaining("PETAL_REDIS_DB is '-1'")
                .hasMessageContaining("PETAL_ENABLE_CALLBACKS is 'maybe'").hasMessageContaining("PETAL_REDIS_HEALTH_MESSAGE_RATE is '0'")
                .hasMessageContaining("PETAL_S3_BUCKET_NAME is missing; PETAL_SESSION_TOKEN_URL needs it.")
                .hasMessageContaining("DROMEDARY_PROBE_LIMIT").hasMessageContaining("PETAL_LOG_LEVEL").hasMessageContaining("DROMEDARY_S3_SECRET_KEY is missing")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void refusesABrokerThatCanNeverBeReachedAndTellsNoLogin() {
        for (String address : List.of("foo://x", "127.0.0.1:1883", "tcp://", "tcp://host:99999", "tcp://me:hunter2@")) {
            assertThatThrownBy(() -> Variables.shipped().check(new Settings(Map.of("DROMEDARY_MQTT_URL", address)))).as(address)
                    .isInstanceOf(BadConfiguration.class).hasMessageStartingWith("DROMEDARY_MQTT_URL is not an address").hasMessageNotContaining("hunter2");
        }
        for (String address : List.of("tcp://host", "tcp://my_broker:1883", "tcp://[::1]:1883", "SSL://host:1", "mqtts://host", "wss://me:x@host/mqtt", "")) {
            assertThatCode(() -> Variables.shipped().check(new Settings(Map.of("DROMEDARY_MQTT_URL", address)))).as(address).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesFoldersOfOnesOwnThatAreNotThere() throws IOException {
        Path absent = folder.resolve("a-folder-with-a-name-that-is-longer-than-what-is-else-shown-of-a-value");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Variables.shipped().check(new Settings(Map.of("DROMEDARY_ROUTES_DIR", absent.toString(), "DROMEDARY_KAMELETS_DIR", file.toString()))))
                .isInstanceOf(BadConfiguration.class).hasMessageContaining("DROMEDARY_ROUTES_DIR is '" + absent + "', which is not an existing folder.")
                .hasMessageContaining("DROMEDARY_KAMELETS_DIR is '" + file + "', which is not an existing folder.");
        assertThatCode(() -> Variables.shipped().check(new Settings(Map.of("DROMEDARY_ROUTES_DIR", folder.toString(), "DROMEDARY_KAMELETS_DIR", "")))).doesNotThrowAnyException();
    }

    @Test
    void theStartIsRefusedBeforeAnythingIsTaken() {
        Path data = folder.resolve("data");
        assertThatThrownBy(() -> new Application(new Settings(Map.of("PETAL_REDIS_PORT", "x", "DROMEDARY_DATA_DIR", data.toString())), false, new Properties()))
                .isInstanceOf(BadConfiguration.class);
        assertThat(data).doesNotExist();
    }

    @Test
    void tellsWhatIsWrongInOnesOwnFileInOneSentenceAndNotInOurCopyOfIt() throws Exception {
        Path routes = Files.createDirectories(folder.resolve("my-routes"));
        Path file = Files.writeString(routes.resolve("greet.camel.yaml"), "- route:\n    id: greet\n    from:\n      uri: direct:greet\n      steps: [unclosed\n");
        Settings settings = new Settings(Map.of("DROMEDARY_ROUTES_DIR", routes.toString(), "DROMEDARY_DATA_DIR", folder.resolve("data").toString(), "DROMEDARY_FLOWS", "bus",
                "DROMEDARY_MQTT_URL", "tcp://127.0.0.1:" + FreePort.next(), "DROMEDARY_HTTP_PORT", "0", "DROMEDARY_MANAGEMENT_PORT", "0"));
        try (Application application = new Application(settings, false, new Properties())) {
            assertThatThrownBy(application::start).isInstanceOf(StartRefused.class)
                    .hasMessage(file + ", line 6, column 1: expected ',' or ']', but got <stream end>, while parsing a flow sequence from line 5.");
            Files.writeString(file, Files.readString(file).replace("[unclosed", "\n        - tell: x"));
        }
        try (Application application = new Application(settings, false, new Properties())) {
            assertThatThrownBy(application::start).isInstanceOf(StartRefused.class).hasMessage(file + ", line 6, column 11: Unknown node id: tell.");
        }
    }

    @Test
    void whatIsSaidOfAFailureIsOneLine() throws Exception {
        StringWriter said = new StringWriter();
        var line = DromedaryCli.commandLine().setErr(new PrintWriter(said, true));
        int code = line.getExecutionExceptionHandler().handleExecutionException(new IllegalArgumentException("expected '}'\n${body\n     *\n"), line, null);
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(said).hasToString("dromedary: expected '}' ${body *" + System.lineSeparator());
    }

    @Test
    void wrongVariablesEndTheProgramWithTheCodeOfWrongUsage() throws Exception {
        StringWriter said = new StringWriter();
        var line = DromedaryCli.commandLine().setErr(new PrintWriter(said, true));
        int code = line.getExecutionExceptionHandler().handleExecutionException(new BadConfiguration(List.of("PETAL_X is missing.")), line, null);
        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(said).hasToString("dromedary: PETAL_X is missing." + System.lineSeparator());
    }

    @Test
    void theDefaultsAreAccepted() {
        Variables.shipped().byName().values().forEach(variable -> assertThatCode(() -> Variables.shipped()
                .check(new Settings(variable.needs().isPresent() ? Map.of() : Map.of(variable.name(), variable.fallback())))).as(variable.name()).doesNotThrowAnyException());
    }

    @Test
    void theListHasTheVariablesAndDefaultsOfTheApplication() throws IOException {
        String application = Files.readString(Path.of("src/main/resources/application.properties"));
        Matcher use = Pattern.compile("\\{\\{env:((?:PETAL|DROMEDARY)_[A-Z_0-9]+):([^{}]*)}}").matcher(application);
        int found = 0;
        while (use.find()) {
            assertThat(Variables.shipped().byName()).containsKey(use.group(1));
            assertThat(Variables.shipped().byName().get(use.group(1)).fallback()).as(use.group(1)).isEqualTo(use.group(2));
            found++;
        }
        assertThat(found).isGreaterThan(60);
    }

    /** With {@code -Ddromedary.write-docs=true} it writes the page's tables anew. */
    @Test
    void thePageHasTheTable() throws IOException {
        String tables = Variables.shipped().markdown() + "\nNext: [operations](operations.md).\n";
        String page = Files.readString(PAGE);
        String head = page.substring(0, page.indexOf("\n## "));
        if (Boolean.getBoolean("dromedary.write-docs")) {
            Files.writeString(PAGE, head + tables);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(head + tables);
    }
}
