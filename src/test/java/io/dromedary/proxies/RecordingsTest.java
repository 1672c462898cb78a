package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Whether every recorded exchange is replayed by a test or named as a deviation on the page of recordings. */
class RecordingsTest {

    private static final Path PAGE = Path.of("docs/flows/proxies-recordings.md");

    /** Cells of the table by recording: the tests, and the deviations. */
    private static Map<String, String[]> rows() throws IOException {
        Map<String, String[]> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.split("\\|", -1);
            if (line.startsWith("| `")) {
                assertThat(rows.put(cells[1].strip().replace("`", ""), new String[] {cells[2].strip(), cells[3]})).as(line).isNull();
            }
        }
        return rows;
    }

    private static List<String> recordings() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/golden/petal-proxies"))) {
            return files.map(file -> file.getFileName().toString().replace(".json", "")).sorted().toList();
        }
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Path file = files.filter(path -> path.endsWith(test + ".java")).findFirst().orElseThrow(() -> new AssertionError("There is no test " + test));
            return Files.readString(file);
        }
    }

    @Test
    void eachHasItsRowAndItsTests() throws IOException {
        assertThat(rows().keySet()).containsExactlyInAnyOrderElementsOf(recordings());
        for (Map.Entry<String, String[]> row : rows().entrySet()) {
            String name = row.getKey().replaceFirst("^mav_|^mavftp_", "");
            for (String test : row.getValue()[0].split(", ")) {
                boolean whole = !test.equals("KameletsIT") && !(test.equals("HttpContractTest") && row.getKey().startsWith("mqtt"));
                assertThat(!whole || source(test).contains(name)).as(test + " replays " + row.getKey()).isTrue();
            }
        }
    }

    /** Steps of the recordings that are calls; those of the others are replayed in loops over all there are. */
    @Test
    void eachCallIsReplayedOrNamed() throws IOException {
        for (Map.Entry<String, String[]> row : rows().entrySet()) {
            if (!row.getKey().matches("redis_.*|cloud|s3_bucket")) {
                continue;
            }
            String tests = Arrays.stream(row.getValue()[0].split(", ")).map(test -> {
                try {
                    return source(test).replace("\\\"", "\"");
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).collect(Collectors.joining());
            for (JsonNode step : ProxiesFixture.golden(row.getKey()).get("steps")) {
                String call = step.get("call").asText();
                boolean looped = call.startsWith("has attribute ");
                assertThat(looped || tests.contains("\"" + call + "\"") || row.getValue()[1].contains("`" + call + "`")).as(row.getKey() + ": " + call).isTrue();
            }
        }
    }
}
