package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.dromedary.propeller.ProxySettings.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("PROXY_REGISTRY_URL", "ghcr.io"));

    private ProxySettings read(String... more) {
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return ProxySettings.read(environment::get, folder.resolve("config.toml"));
    }

    @Test
    void followsThePublicPageWhenOnlyItsNamesAreGiven() {
        ProxySettings settings = read("PROPLET_THING_ID", "id", "PROPLET_THING_KEY", "key", "PROPLET_CHANNEL_ID", "chan", "PROPLET_MQTT_ADDRESS", "tcp://b:1883");
        assertThat(settings.layout()).isEqualTo(Layout.CHANNELS);
        assertThat(settings.requestTopic()).isEqualTo("channels/chan/messages/registry/proplet");
        assertThat(settings.chunkTopic()).isEqualTo("channels/chan/messages/registry/server");
        assertThat(settings.clientId()).isEqualTo("Proplet-id");
        assertThat(settings.username()).isEqualTo("id");
        assertThat(settings.mqttQos()).isEqualTo(1);
        assertThat(settings.mqttAddress()).isEqualTo("tcp://b:1883");
        assertThat(settings.aliveTopic()).isEmpty();
        assertThat(settings.chunkSize()).isEqualTo(512_000);
    }

    @Test
    void followsTheReleasesWithADomain() {
        ProxySettings settings = read("PROXY_CLIENT_ID", "id", "PROXY_CLIENT_KEY", "key", "PROXY_CHANNEL_ID", "chan", "PROXY_DOMAIN_ID", "dom");
        assertThat(settings.layout()).isEqualTo(Layout.M);
        assertThat(settings.requestTopic()).isEqualTo("m/dom/c/chan/registry/proplet");
        assertThat(settings.chunkTopic()).isEqualTo("m/dom/c/chan/registry/server");
        assertThat(settings.clientId()).isEqualTo("id");
        assertThat(settings.mqttQos()).isEqualTo(2);
        assertThat(settings.aliveTopic()).isEqualTo("m/dom/c/chan/control/proplet/alive");
        assertThat(settings.alivePayload()).isEqualTo("{\"status\":\"offline\",\"proplet_id\":\"id\"}");
    }

    @Test
    void prefersTheNewestSpelling() {
        ProxySettings settings = read("PROXY_ENTITY_ID", "new", "PROXY_CLIENT_ID", "old", "PROPLET_THING_ID", "older", "PROXY_API_KEY", "k3",
                "PROPLET_THING_KEY", "k1", "PROXY_CHANNEL_ID", "c2", "PROPLET_CHANNEL_ID", "c1", "PROXY_TENANT_ID", "t", "PROXY_DOMAIN_ID", "d");
        assertThat(settings.requestTopic()).isEqualTo("m/t/c/c2/registry/proplet");
        assertThat(settings.username()).isEqualTo("new");
        assertThat(settings.password()).isEqualTo("k3");
    }

    @Test
    void knowsTheShortLivedLayout() {
        ProxySettings settings = read("PROXY_TOPIC_LAYOUT", "m-messages", "PROXY_CLIENT_ID", "id", "PROXY_CLIENT_KEY", "key", "PROXY_CHANNEL_ID", "chan",
                "PROXY_DOMAIN_ID", "dom", "PROXY_INSTANCE_ID", "instance");
        assertThat(settings.requestTopic()).isEqualTo("m/dom/c/chan/messages/registry/proplet");
        assertThat(settings.aliveTopic()).isEqualTo("m/dom/c/chan/messages/control/proplet/alive");
        assertThat(settings.clientId()).isEqualTo("instance");
    }

    @ParameterizedTest
    @CsvSource({"thing_id, thing_key, '', channels/chan/messages", "client_id, client_key, domain_id, m/dom/c/chan", "entity_id, api_key, tenant_id, m/dom/c/chan"})
    void takesTheWholeIdentityFromTheFileWhenAPartIsMissing(String id, String key, String domain, String prefix) throws Exception {
        Files.writeString(folder.resolve("config.toml"), "[proxy]\n" + id + " = \"id\"\n" + key + " = \"key\"\nchannel_id = \"chan\"\n"
                + (domain.isEmpty() ? "" : domain + " = \"dom\"\n"));
        ProxySettings settings = read("PROPLET_CHANNEL_ID", "ignored");
        assertThat(settings.chunkTopic()).isEqualTo(prefix + "/registry/server");
        assertThat(settings.username()).isEqualTo("id");
    }

    @Test
    void namesEveryFaultAtOnce() throws Exception {
        environment.clear();
        assertThatThrownBy(() -> read("PROXY_CHUNK_SIZE", "0", "PROXY_MQTT_QOS", "3", "PROXY_AUTHENTICATE", "perhaps", "PROXY_MQTT_TIMEOUT", "soon"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("PROXY_CHUNK_SIZE is '0'", "PROXY_MQTT_QOS", "PROXY_AUTHENTICATE",
                        "PROXY_MQTT_TIMEOUT", "PROXY_REGISTRY_URL", "PROXY_ENTITY_ID", "PROXY_API_KEY", "PROXY_CHANNEL_ID");
        Files.writeString(folder.resolve("config.toml"), "[proxy\n");
        assertThatThrownBy(this::read).hasMessageContaining("not TOML");
    }

    @ParameterizedTest
    @CsvSource({"786000, 1048576, true", "0, 1048576, false", "-1, 1048576, false", "786432, 1048576, false", "512000, 600000, false", "2000000, 3000000, true", "x, 1048576, false"})
    void refusesChunksThatTheBrokerWouldRefuse(String chunk, String limit, boolean fits) {
        String[] more = {"PROPLET_THING_ID", "i", "PROPLET_THING_KEY", "k", "PROPLET_CHANNEL_ID", "c", "PROXY_CHUNK_SIZE", chunk, "PROXY_MAX_MESSAGE_BYTES", limit};
        if (fits) {
            assertThat(read(more).chunkSize()).isEqualTo(Integer.parseInt(chunk));
        } else {
            assertThatThrownBy(() -> read(more)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("PROXY_CHUNK_SIZE");
        }
    }

    @Test
    void usesCredentialsOnlyWhenAskedTo() {
        String[] more = {"PROPLET_THING_ID", "i", "PROPLET_THING_KEY", "k", "PROPLET_CHANNEL_ID", "c", "PROXY_REGISTRY_USERNAME", "u", "PROXY_REGISTRY_PASSWORD", "secret"};
        assertThat(read(more).credentials().password()).isEmpty();
        ProxySettings settings = read("PROXY_AUTHENTICATE", "TRUE", "PROXY_MQTT_TIMEOUT", "1m30s");
        assertThat(settings.credentials().password()).isEqualTo("secret");
        assertThat(settings.mqttTimeout()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.registryTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.toString() + settings.credentials() + settings.routeProperties()).doesNotContain("secret");
    }

    /** The variables are the machine's: they stop the proxy that they are meant for, and nobody who tries us out there. */
    @Test
    void refusesAWebProxyThatItCannotUseOnlyWhereItIsConfigured() {
        String[] more = {"PROPLET_THING_ID", "i", "PROPLET_THING_KEY", "k", "PROPLET_CHANNEL_ID", "c", "https_proxy", "socks5://u:hidden@h", "NO_PROXY", "a"};
        assertThatThrownBy(() -> read(more)).hasMessageContaining("web proxy 'socks5://h' must be").message().doesNotContain("hidden");
        assertThat(read("HTTPS_PROXY", "http://u:hidden@h").webProxies().https()).isEqualTo("http://u:hidden@h");
        assertThat(read().toString()).doesNotContain("hidden");
        assertThat(ProxySettings.topics(Map.of("HTTP_PROXY", "socks5://h")::get).webProxies().http()).isEmpty();
        assertThat(ProxySettings.readOrLocal(Map.of("HTTP_PROXY", "socks5://h", "HTTPS_PROXY", "h:3128")::get, folder.resolve("config.toml"), "tcp://b")
                .webProxies()).extracting(WayOut::http, WayOut::https).containsExactly("", "h:3128");
    }

    @ParameterizedTest
    @CsvSource({"a+b", "a#", "a/b"})
    void refusesIdsThatWouldChangeTheTopic(String channel) {
        assertThatThrownBy(() -> read("PROPLET_THING_ID", "i", "PROPLET_THING_KEY", "k", "PROPLET_CHANNEL_ID", channel)).hasMessageContaining("cannot be an id");
    }

    /** Two instances on one machine would want the same port. */
    @Test
    void opensTheOriginalsPortOnlyWhereItTakesTheOriginalsPlace() {
        assertThat(healthPort(Map.of())).isEqualTo("0");
        assertThat(healthPort(Map.of("PROXY_HTTP_PORT", "9292"))).isEqualTo("9292");
        assertThat(healthPort(Map.of("PROXY_MQTT_ADDRESS", "tcp://broker:1883"))).isEqualTo("9191");
        assertThat(healthPort(Map.of("PROPLET_MQTT_ADDRESS", "tcp://broker:1883"))).isEqualTo("9191");
    }

    private String healthPort(Map<String, String> environment) {
        return ProxySettings.readOrLocal(environment::get, folder.resolve("config.toml"), "tcp://127.0.0.1:1883").routeProperties().get("proxy.http-port");
    }
}
