package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the bodies that the routes of commands end with; whatever it is, the sender hears of it. */
class CommandResultTest {

    @TempDir
    private Path folder;
    private BusFixture bus;

    @BeforeEach
    void start() throws Exception {
        bus = new BusFixture(folder, Map.of());
    }

    @AfterEach
    void stop() {
        bus.close();
    }

    private Map<String, Object> answerTo(Object result) throws Exception {
        bus.addCommand("petal-odd/result", exchange -> exchange.getMessage().setBody(result));
        List<BusFixture.Sent> sent = bus.exchange(BusFixture.envelope("odd", "petal-odd/result", Map.of()));
        assertThat(sent).hasSize(1);
        return sent.get(0).message();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{oops", "{\"greeting\": \"Hello, \"Ada\"\"}", "{\"a\": 1} {\"b\": 2}"})
    void saysThatAResultIsNotJson(String result) throws Exception {
        assertThat(answerTo(result)).containsEntry("error_code", "HANDLER_ERROR").extractingByKey("message").asString()
                .startsWith("Master command handler error: The result is not JSON: ");
    }

    @Test
    void saysThatAResultCannotBeWrittenAsJson() throws Exception {
        assertThat(answerTo(Map.of("lock", new Object()))).containsEntry("error_code", "HANDLER_ERROR").extractingByKey("message").asString()
                .startsWith("Master command handler error: The result cannot be written as JSON: ");
    }

    @Test
    void readsTheJsonOfAStream() throws Exception {
        assertThat(answerTo(new ByteArrayInputStream("{\"a\": \"é\"}".getBytes(StandardCharsets.UTF_8)))).containsEntry("a", "é");
    }

    @Test
    void readsTheTextOfAReader() throws Exception {
        assertThat(answerTo(new StringReader("é"))).containsEntry("data", "é");
    }

    @Test
    void readsTheJsonOfAFile() throws Exception {
        Path content = Files.writeString(folder.resolve("result.json"), "{\"a\": 1}");
        GenericFile<java.io.File> file = new GenericFile<>();
        file.setFile(content.toFile());
        file.setBody(content.toFile());
        assertThat(answerTo(file)).containsEntry("a", 1);
    }

    @Test
    void saysThatAStreamBroke() throws Exception {
        assertThat(answerTo(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cut off");
            }
        })).containsEntry("error_code", "HANDLER_ERROR").extractingByKey("message").asString().contains("cut off");
    }
}
