package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

/** What a route's result becomes, and the SDK's checks of arguments. */
class QueryAnswerTest {

    record Row(int i, String name) {
    }

    @Test
    void objectsAndListsOfObjectsStayWhatTheyAre() {
        assertThat(QueryAnswer.body(Map.of("a", 1))).isEqualTo(Map.of("a", 1));
        assertThat(QueryAnswer.body(List.of(Map.of("a", 1)))).isEqualTo(List.of(Map.of("a", 1)));
        assertThat(QueryAnswer.body(new Row(1, "n"))).isEqualTo(new Row(1, "n"));
        assertThat(QueryAnswer.body(null)).isNull();
    }

    @Test
    void jsonTextBecomesWhatItSays() throws IOException {
        assertThat(QueryAnswer.body("{\"a\":9007199254740993,\"f\":1.0}")).isEqualTo(Map.of("a", 9007199254740993L, "f", 1.0));
        assertThat(QueryAnswer.body(" [{\"a\":1}]".getBytes())).isEqualTo(List.of(Map.of("a", 1)));
        assertThat(QueryAnswer.body(new ByteArrayInputStream("{}".getBytes()))).isEqualTo(Map.of());
        assertThat(QueryAnswer.body(new byte[0])).isNull();
    }

    @Test
    void otherValuesAreWrapped() {
        assertThat(QueryAnswer.body("text")).isEqualTo(Map.of("value", "text"));
        assertThat(QueryAnswer.body("{broken")).isEqualTo(Map.of("value", "{broken"));
        assertThat(QueryAnswer.body(7)).isEqualTo(Map.of("value", 7));
        assertThat(QueryAnswer.body(Arrays.asList(1, null))).isEqualTo(List.of(Map.of("value", 1), java.util.Collections.singletonMap("value", null)));
    }

    @Test
    void bytesThatAreNoJsonAreRefused() {
        assertThatThrownBy(() -> QueryAnswer.body(new byte[] {1, 2})).isInstanceOf(VantiqException.class).hasMessageContaining("neither JSON nor text");
    }

    /** api_cases.json: same order of checks, same beginning of the texts. What a Python caller can get wrong and a Java one cannot is left out. */
    @Test
    void checksArgumentsInTheOrderOfTheSdk() throws IOException {
        int checked = 0;
        for (JsonNode known : VantiqContractTest.golden("api_cases")) {
            JsonNode args = known.get("args");
            String text = known.get("text").asText();
            if (text.equals("Connector has no ready future.") || text.equals("'messageCode'")) {
                continue;
            }
            Object address = args.get(0).path("response_address").textValue();
            // Behind the last colon stands Python's way to print the arguments.
            String start = text.contains("Invalid Code") ? text : text.substring(0, text.indexOf(": ", 25) < 0 ? text.length() : text.indexOf(": ", 25));
            if (known.get("call").asText().equals("send_query_response")) {
                Object body = args.get(2).isNull() ? null : new LinkedHashMap<>();
                assertThatThrownBy(() -> QueryAnswer.checkResponse("A", address, args.get(1).asInt(), body)).hasMessageStartingWith(start);
            } else {
                JsonNode error = args.get(1);
                assertThatThrownBy(() -> QueryAnswer.checkError("A", address, error.path("messageCode").textValue(),
                        error.path("messageTemplate").textValue(), error.path("parameters").isArray() ? List.of() : null)).hasMessageStartingWith(start);
            }
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(9);
        QueryAnswer.checkError("A", "r", "", "", List.of());
    }
}
