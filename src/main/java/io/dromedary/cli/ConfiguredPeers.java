package io.dromedary.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.embedded.StartRefused;
import io.dromedary.mqtt.MqttTls;
import io.dromedary.oci.OciComponent;
import io.dromedary.oci.OciReference;
import io.dromedary.oci.RegistrySettings;
import io.dromedary.propeller.WayOut;
import io.dromedary.redis.RedisSettings;
import redis.clients.jedis.DefaultJedisClientConfig;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** The peers whose address is set, found in the environment. An address that is not set is embedded, an empty one is absent. */
final class ConfiguredPeers {

    /** As the proxy that we stand in for reads its own variables. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final String DEFAULT_BUCKET = "dromedary";
    private static final String DEFAULT_REGION = "us-east-1";

    private final Settings settings;

    ConfiguredPeers(Settings settings) {
        this.settings = settings;
    }

    /**
     * The questions to ask.
     *
     * @throws StartRefused when a port cannot be understood
     * @throws IllegalArgumentException when an address cannot
     */
    List<PeerCheck> checks() {
        List<PeerCheck> checks = new ArrayList<>();
        Stream.of(bus(), proxy(), redis(), s3(), sql(), registry(), mqttClientProcess()).flatMap(Optional::stream).forEach(checks::add);
        return checks;
    }

    private Optional<PeerCheck> bus() {
        return first("DROMEDARY_MQTT_URL").map(url -> mqtt("mqtt", url, first("DROMEDARY_MQTT_USERNAME"), first("DROMEDARY_MQTT_PASSWORD"),
                settings.busTls()));
    }

    private Optional<PeerCheck> proxy() {
        return first("PROXY_MQTT_ADDRESS", "PROPLET_MQTT_ADDRESS").map(url -> mqtt("proxy-mqtt", url,
                first("PROXY_ENTITY_ID", "PROXY_CLIENT_ID", "PROPLET_CLIENT_ID", "PROPLET_THING_ID"),
                first("PROXY_API_KEY", "PROXY_CLIENT_KEY", "PROPLET_CLIENT_KEY", "PROPLET_THING_KEY"), proxyTls()));
    }

    private MqttTls proxyTls() {
        return new MqttTls(settings.value("PROXY_MQTT_TLS_CA_CERT", ""), settings.value("PROXY_MQTT_TLS_CLIENT_CERT", ""),
                settings.value("PROXY_MQTT_TLS_CLIENT_KEY", ""), TRUE.contains(settings.value("PROXY_MQTT_TLS_INSECURE_SKIP_VERIFY", "")));
    }

    private static PeerCheck mqtt(String peer, String url, Optional<String> user, Optional<String> password, MqttTls tls) {
        return new PeerCheck(peer, shown(url), () -> PeerQuestions.mqtt(
                PeerQuestions.mqttSettings(url, user.orElse(null), password.orElse(null), tls)));
    }

    private Optional<PeerCheck> redis() {
        return first("PETAL_REDIS_HOST").map(host -> {
            int port = settings.port("PETAL_REDIS_PORT", 6379);
            DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder().user(first("DROMEDARY_REDIS_USERNAME").orElse(null))
                    .password(first("PETAL_REDIS_PASSWORD").orElse(null));
            if (settings.isTrue("DROMEDARY_REDIS_TLS")) {
                RedisSettings tls = new RedisSettings();
                tls.setTlsAuthority(settings.value("DROMEDARY_REDIS_TLS_CA_CERT", ""));
                config.ssl(true).sslSocketFactory(tls.tlsSockets());
            }
            return new PeerCheck("redis", host + ":" + port, () -> PeerQuestions.redis(host, port, config));
        });
    }

    private Optional<PeerCheck> s3() {
        String region = first("DROMEDARY_S3_REGION").orElse(DEFAULT_REGION);
        String bucket = first("PETAL_S3_BUCKET_NAME").orElse(DEFAULT_BUCKET);
        Optional<URI> endpoint = first("DROMEDARY_S3_ENDPOINT").map(URI::create);
        Optional<URI> tokens = first("PETAL_SESSION_TOKEN_URL").map(URI::create);
        if (tokens.isPresent()) {
            return Optional.of(new PeerCheck("s3", endpoint.map(url -> shown(url.toString())).orElse(bucket), () -> PeerQuestions.s3(endpoint.orElse(null),
                    region, session(PeerQuestions.sessionToken(tokens.get())), bucket)));
        }
        AwsCredentials own = AwsBasicCredentials.create(first("DROMEDARY_S3_ACCESS_KEY").orElse("none"),
                first("DROMEDARY_S3_SECRET_KEY").orElse("none"));
        return endpoint.map(url -> new PeerCheck("s3", shown(url.toString()), () -> PeerQuestions.s3(url, region, own, bucket)));
    }

    private static AwsCredentials session(JsonNode token) {
        return AwsSessionCredentials.create(token.path("accessKeyId").asText(), token.path("secretAccessKey").asText(),
                token.path("sessionToken").asText());
    }

    private Optional<PeerCheck> sql() {
        return first("DROMEDARY_SQL_URL").map(url -> new PeerCheck("sql", shown(url),
                () -> PeerQuestions.sql(url, first("DROMEDARY_SQL_USERNAME").orElse(null), first("DROMEDARY_SQL_PASSWORD").orElse(null))));
    }

    private Optional<PeerCheck> registry() {
        return first("PROXY_REGISTRY_URL").map(host -> {
            if (!OciReference.isRegistry(host)) {
                throw new StartRefused("PROXY_REGISTRY_URL must be host[:port] without a scheme");
            }
            OciComponent oci = new OciComponent();
            oci.setRegistry(host);
            if (TRUE.contains(first("PROXY_AUTHENTICATE").orElse(""))) {
                first("PROXY_REGISTRY_USERNAME").ifPresent(oci::setUsername);
                first("PROXY_REGISTRY_PASSWORD").ifPresent(oci::setPassword);
                first("PROXY_REGISTRY_TOKEN").ifPresent(oci::setToken);
            }
            first("PROXY_REGISTRY_PLAIN_HTTP").ifPresent(oci::setPlainHttp);
            first("PROXY_REGISTRY_CA_CERT", "SSL_CERT_FILE").ifPresent(oci::setCaCertificates);
            WayOut wayOut = WayOut.of(name -> settings.value(name, null));
            oci.setHttpProxy(wayOut.http());
            oci.setHttpsProxy(wayOut.https());
            oci.setNoProxy(wayOut.direct());
            RegistrySettings asked = oci.registrySettings();
            return new PeerCheck("registry", host, () -> PeerQuestions.registry(asked, host));
        });
    }

    private Optional<PeerCheck> mqttClientProcess() {
        return first("PETAL_TS_CLIENT_HOST").map(host -> {
            String address = host + ":" + settings.port("PETAL_TS_CLIENT_PORT", 3004);
            URI base = URI.create("http://" + address);
            return new PeerCheck("mqtt-client-process", address, () -> PeerQuestions.mqttClientProcess(base));
        });
    }

    /** An address without what may be a secret: {@code user:password@} and everything after the question mark. */
    private static String shown(String address) {
        return address.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
    }

    /** The first of the names that is set and not empty. */
    private Optional<String> first(String... names) {
        return Stream.of(names).map(settings::value).flatMap(Optional::stream).findFirst();
    }
}
