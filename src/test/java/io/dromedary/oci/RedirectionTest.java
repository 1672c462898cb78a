package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectionTest {

    private static final URI FROM = URI.create("https://reg.example/v2/a/blobs/x");

    @ParameterizedTest
    @CsvSource({
        "/cdn/x, https://reg.example/cdn/x",
        "//cdn.example/x?a=b%2Bc, https://cdn.example/x?a=b%2Bc",
        "HTTPS://CDN.example:8443/x, HTTPS://CDN.example:8443/x",
        "https://cdn.example/my file?sig=a|b^c&name={\"x\"}, https://cdn.example/my%20file?sig=a%7Cb%5Ec&name=%7B%22x%22%7D",
        "https://cdn.example/\u00c3\u00a4, https://cdn.example/%C3%A4"})
    void readsWhatServersWrite(String location, String target) {
        assertThat(Redirection.target(FROM, location)).hasToString(target);
    }

    @Test
    void readsNoAddressInWhatIsNone() {
        assertThatThrownBy(() -> Redirection.target(FROM, "https://[x/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Redirection.target(FROM, "/100%")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"https://reg.example:443/x, true", "HTTPS://REG.example/x, true", "http://reg.example/x, false", "https://reg.example:8443/x, false",
        "https://cdn.reg.example/x, false", "http://reg.example:443/x, false"})
    void knowsWhetherItStaysAtTheRegistry(URI to, boolean stays) {
        assertThat(Redirection.stays(FROM, to)).isEqualTo(stays);
        assertThat(Redirection.stays(to, FROM)).isEqualTo(stays);
    }
}
