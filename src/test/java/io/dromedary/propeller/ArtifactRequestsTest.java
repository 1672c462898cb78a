package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the original takes for a request, and what not. */
class ArtifactRequestsTest {

    private static final String NAME = "ghcr.io/a/b:v1";

    private static String read(String message, Charset charset) throws IOException {
        return new ArtifactRequests("", false).read(message.getBytes(charset));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"app_name\":\"ghcr.io/a/b:v1\"}", "\n {\"x\":{\"y\":[1,null,true]},\"app_name\":\"ghcr.io/a/b:v1\",\"z\":1.5e3}\r\n",
        "{\"app_name\":\"x\",\"app_name\":\"ghcr.io/a/b:v1\"}", "{\"\\u0061pp_name\":\"ghcr.io\\/a\\/b:v1\"}", "{\"n\":\"\\ud800\",\"app_name\":\"ghcr.io/a/b:v1\"}"})
    void readsTheName(String message) throws IOException {
        assertThat(read(message, StandardCharsets.UTF_8)).isEqualTo(NAME);
    }

    @Test
    void mindsNoBytesInFieldsOfOthersThatAreNoText() throws IOException {
        assertThat(read("{\"owner\":\"caf\u00e9\",\"app_name\":\"" + NAME + "\"}", StandardCharsets.ISO_8859_1)).isEqualTo(NAME);
        assertThatThrownBy(() -> read("{\"app_name\":\"ghcr.io/caf\u00e9\"}", StandardCharsets.ISO_8859_1)).isInstanceOf(Failure.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "{}", "{\"app_name\":5}", "{\"App_Name\":\"ghcr.io/a/b:v1\"}", "{\"app_name\":\"ghcr.io/a/b:v1\",}",
        "{\"app_name\":\"ghcr.io/a/b:v1\"} x", "{\"app_name\":\"ghcr.io/a/b:v1\"}\0", "{'app_name':'ghcr.io/a/b:v1'}", "{\"n\":NaN,\"app_name\":\"ghcr.io/a/b:v1\"}"})
    void refusesWhatIsNone(String message) {
        assertThatThrownBy(() -> read(message, StandardCharsets.UTF_8)).isInstanceOf(Failure.Refused.class);
    }
}
