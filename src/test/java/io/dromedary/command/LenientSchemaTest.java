package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LenientSchemaTest {

    private static final String DOCUMENT = """
            {"type": "object", "required": ["name"], "properties": {
              "tolerance": {"type": "integer", "minimum": 1, "maximum": 300, "default": 30},
              "rate": {"type": ["number", "null"], "default": 2.0, "minimum": 0.1, "x-null-is-default": true},
              "name": {"type": ["string", "null"], "x-format": "iso-8601"},
              "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true}}}""";

    private static LenientSchema.Reading read(String json) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        return LenientSchema.of(mapper.readTree(DOCUMENT)).read(mapper.readValue(json, Object.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"45", "45.0", "\"45\"", "\" 45 \"", "\"45.0\""})
    void takesWholeNumbersInEveryForm(String form) throws Exception {
        assertThat(read("{\"name\":null,\"tolerance\":" + form + "}").value()).hasFieldOrPropertyWithValue("tolerance", 45L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30.5", "null", "\"abc\"", "0", "301", "[1]", "\"\"", "{}"})
    void refusesOtherNumbers(String form) throws Exception {
        LenientSchema.Reading reading = read("{\"name\":null,\"tolerance\":" + form + "}");
        assertThat(reading.findings()).extracting(LenientSchema.Finding::path).containsExactly("tolerance");
        assertThat(reading.complaint()).startsWith("1 validation error: tolerance: ");
    }

    @Test
    void fillsDefaultsAndTakesNullForThem() throws Exception {
        assertThat(read("{\"name\":\"2026-01-15\",\"rate\":null}").value()).isEqualTo(Map.of("name", "2026-01-15", "rate", 2.0, "tolerance", 30L));
        assertThat(read("{\"name\":\"\",\"rate\":true,\"more\":1}").findings()).isEmpty();
        assertThat(read("{\"name\":\"\",\"rate\":\"0.5\"}").value()).hasFieldOrPropertyWithValue("rate", 0.5);
    }

    @Test
    void namesFieldsByPath() throws Exception {
        assertThat(read("{\"ids\":[\"a\",12]}").complaint()).contains("2 validation errors").contains("ids.1: ").contains("name: is required");
        assertThat(read("{\"name\":\"not a date\",\"ids\":[\"a\",\"a\"]}").findings()).extracting(LenientSchema.Finding::path).containsExactlyInAnyOrder("name", "ids");
        assertThat(read("{\"name\":12}").findings()).extracting(LenientSchema.Finding::path).containsExactly("name");
        for (Object wrong : java.util.Arrays.asList(null, List.of(), "text")) {
            assertThat(read(new ObjectMapper().writeValueAsString(wrong)).findings()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-15", "20260115", "2026-01-15T14:30", "2026-01-15 14:30:22", "2026-01-15T14:30:22Z", "2026-01-15T14:30:22.123456+02:00",
        "20260115T143022Z", "2026-W03-4", "2026-01-15T14:30:22+0200", "2026-01-15T14"})
    void readsTimesOfIso8601(String text) {
        assertThat(IsoTime.parse(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-13-01", "2026-01-15T25:00", "14:30", "1768487422", "2026-01-15T14:30:22+99:00"})
    void readsNothingElse(String text) {
        assertThat(IsoTime.parse(text)).isEmpty();
    }

    @Test
    void takesAMissingZoneForUtc() {
        assertThat(IsoTime.parse("2026-01-15T14:30:22").orElseThrow().getEpochSecond()).isEqualTo(1_768_487_422L);
        assertThat(IsoTime.parse("2026-01-15T16:30:22+02:00").orElseThrow().getEpochSecond()).isEqualTo(1_768_487_422L);
    }
}
