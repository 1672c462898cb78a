package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebProxiesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "*                         | https://ghcr.io/v2/             | true",
            "ghcr.io                   | https://ghcr.io/v2/             | true",
            "GHCR.io                   | https://Ghcr.IO:5000/           | true",
            "ghcr.io                   | https://a.b.ghcr.io/            | true",
            "ghcr.io                   | https://notghcr.io/             | false",
            ".ghcr.io                  | https://ghcr.io/                | false",
            ".ghcr.io                  | https://a.ghcr.io/              | true",
            "*.ghcr.io                 | https://a.ghcr.io/              | true",
            "*.ghcr.io                 | https://ghcr.io/                | false",
            "ghcr.io:443               | https://ghcr.io/                | true",
            "ghcr.io:443               | https://ghcr.io:8443/           | false",
            "ghcr.io:80                | http://ghcr.io/                 | true",
            "10.1.2.3                  | https://10.1.2.3/               | true",
            "10.1.2.3                  | https://10.1.2.4/               | false",
            "10.1.2.3:5000             | https://10.1.2.3:5000/          | true",
            "10.1.2.3:5000             | https://10.1.2.3/               | false",
            "10.0.0.0/8                | https://10.255.0.1/             | true",
            "10.0.0.0/8                | https://11.0.0.1/               | false",
            "10.128.0.0/9              | https://10.127.0.1/             | false",
            "10.128.0.0/9              | https://10.129.0.1/             | true",
            "0.0.0.0/0                 | https://8.8.8.8/                | true",
            "10.0.0.0/33               | https://10.0.0.1/               | false",
            "fd00::/8                  | https://[fd12::1]:5000/         | true",
            "fd00::/8                  | https://10.0.0.1/               | false",
            "fd12::1                   | https://[fd12:0::1]/            | true",
            "[fd12::1]:5000            | https://[fd12::1]:5000/         | true",
            "[fd12::1]:5000            | https://[fd12::1]/              | false",
            "2.3                       | https://10.1.2.3/               | false",
            "10.1.2.3.                 | https://10.1.2.3/               | false",
            "310.1.2.3,10.1.2.3.4      | https://10.1.2.3/               | false",
            "255.1.2.3                 | https://255.1.2.3/              | true",
            "a.example,, ghcr.io ,b    | https://ghcr.io/                | true",
            "' , :80,*.,/8,10.0.0.0/x' | https://ghcr.io/                | false",
            "''                        | https://localhost:5000/         | true",
            "''                        | https://127.9.9.9/              | true",
            "''                        | https://[::1]:5000/             | true",
            "''                        | https://ghcr.io/                | false"})
    void leavesOutWhatNeedsNone(String list, String address, boolean direct) {
        WebProxies proxies = WebProxies.of("proxy:3128", "proxy:3128", list).orElseThrow();

        assertThat(proxies.select(URI.create(address)).get(0).type()).isEqualTo(direct ? Proxy.Type.DIRECT : Proxy.Type.HTTP);
    }

    @Test
    void knowsOneForEachScheme() {
        WebProxies proxies = WebProxies.of("http://plain.example", "HTTP://ada:p%40ss@sealed.example:3128/", null).orElseThrow();

        assertThat(proxies.select(URI.create("http://r.example/")).get(0).address()).isEqualTo(InetSocketAddress.createUnresolved("plain.example", 80));
        assertThat(proxies.authorization(URI.create("http://r.example/"))).isEmpty();
        assertThat(proxies.name(URI.create("https://r.example/"))).contains("sealed.example:3128");
        assertThat(proxies.authorization(URI.create("https://r.example/"))).contains("Basic YWRhOnBAc3M=");
        assertThat(WebProxies.of("", "[fd12::1]:80", "").orElseThrow().name(URI.create("http://r.example/"))).isEmpty();
        assertThat(WebProxies.of(null, " ", "ghcr.io")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://ada:hidden@proxy:1080", "https://ada:hidden@proxy", "ada:hidden@pro xy", "://", "http://ada:hid@den@proxy", "proxy:port"})
    void refusesWhatItCannotSpeakAndShowsNoPassword(String text) {
        assertThatThrownBy(() -> WebProxies.of("", text, "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("must be [http://][user:password@]host[:port]").message().doesNotContain("hidden", "hid@den", "ada");
    }
}
