package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedMqtt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The subcommands that talk over the bus, beside senders who do not keep to its form, and with options that make no sense. */
class BusDialogueTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private final StringWriter err = new StringWriter();

    @Test
    void hearsItsAnswerAfterMessagesThatAreNone() throws Exception {
        Settings nothing = new Settings(Map.of());
        try (DataDirectory data = DataDirectory.open(folder); EmbeddedMqtt broker = new EmbeddedMqtt(data, 0)) {
            broker.start();
            String url = "tcp://" + broker.address();
            try (BusClient device = new BusClient(url, nothing); BusDialogue dialogue = new BusDialogue(url, nothing, true)) {
                device.connect();
                device.subscribe("command/edge", 1, command -> answer(device, command.payload()));
                assertThat(dialogue.ask("petal-lab/greet", Map.of(), Duration.ofSeconds(10))).isNotNull().containsEntry("status", "success");
            }
        }
    }

    private static void answer(BusClient device, byte[] command) {
        try {
            for (Object message : Arrays.asList(null, List.of(1), "text", Map.of("messageId", JSON.readTree(command).get("messageId"), "status", "success"))) {
                device.publish("response", 1, message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-5s", "0", "0s", "", "10 s", "99999999999s"})
    void refusesATimeThatIsNone(String timeout) {
        assertThat(execute("send", "petal-lab/greet", "--timeout", timeout)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("'" + timeout + "' is not a time such as 500ms, 10s or 1m");
    }

    @Test
    void takesABareNumberForSeconds() {
        TimeLimit.Converter converter = new TimeLimit.Converter();
        assertThat(List.of("30", "30s", "30000ms")).allSatisfy(text -> assertThat(converter.convert(text).duration()).isEqualTo(Duration.ofSeconds(30)));
        assertThat(converter.convert("2m").duration()).isEqualTo(Duration.ofMinutes(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo://x", "", "tcp://", "tcp://127.0.0.1:99999", "127.0.0.1:1883", "tcp://a b"})
    void refusesAnAddressThatIsNone(String address) {
        assertThat(execute("send", "petal-lab/greet", "--mqtt", address)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("dromedary: ").hasLineCount(1).contains(address);
    }

    private int execute(String... arguments) {
        return DromedaryCli.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
