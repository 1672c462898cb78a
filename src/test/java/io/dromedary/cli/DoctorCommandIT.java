package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.embedded.EmbeddedMqtt;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.embedded.EmbeddedS3;
import io.dromedary.testing.Cli;
import io.dromedary.testing.DockerRegistry;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;
import io.dromedary.testing.SelfSigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class DoctorCommandIT {

    @TempDir
    Path temp;

    @Test
    void findsRealServersWell() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedMqtt mqtt = new EmbeddedMqtt(data, 0);
                EmbeddedRedis redis = new EmbeddedRedis(data, 0); EmbeddedS3 s3 = new EmbeddedS3(data, 0, "flights");
                EmbeddedDatabase sql = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS)) {
            mqtt.start();
            redis.start();
            s3.start();
            sql.start();
            Map<String, String> environment = new HashMap<>(Map.of("DROMEDARY_MQTT_URL", "tcp://" + mqtt.address(),
                    "PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", redis.address().split(":")[1],
                    "DROMEDARY_SQL_URL", sql.address(), "DROMEDARY_S3_ENDPOINT", "http://" + s3.address(), "PETAL_S3_BUCKET_NAME", "flights",
                    "DROMEDARY_S3_ACCESS_KEY", s3.accessKey(), "DROMEDARY_S3_SECRET_KEY", s3.secretKey()));
            DoctorRun well = DoctorRun.with(environment, "--timeout", "60", "--json");
            assertThat(well.lines()).extracting(line -> line.path("peer").asText() + " " + line.path("outcome").asText())
                    .containsExactly("mqtt ok", "redis ok", "s3 ok", "sql ok");
            assertThat(well.exit()).isZero();
            assertThat(well.lines().get(1).path("version").asText()).matches("\\d+\\..*");
            assertThat(well.lines().get(2).path("authenticated").asBoolean()).isTrue();
            assertThat(well.lines().get(3).path("version").asText()).startsWith("SQLite 3.");

            environment.put("DROMEDARY_S3_SECRET_KEY", "wrong");
            DoctorRun wrongSecret = DoctorRun.with(environment, "--timeout", "60", "--json");
            assertThat(wrongSecret.exit()).isEqualTo(1);
            assertThat(wrongSecret.lines().get(2).path("authenticated").asBoolean(true)).isFalse();

            environment.put("DROMEDARY_S3_SECRET_KEY", s3.secretKey());
            environment.put("PETAL_S3_BUCKET_NAME", "missing");
            assertThat(DoctorRun.with(environment).out()).contains("the bucket 'missing' does not exist");
        }
    }

    @Test
    void tellsARedisThatWantsAPassword() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            String port = redis.address().split(":")[1];
            try (Jedis jedis = new Jedis("127.0.0.1", Integer.parseInt(port))) {
                jedis.configSet("requirepass", "word");
                Map<String, String> without = Map.of("PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", port);
                Map<String, String> with = new HashMap<>(without);
                with.put("PETAL_REDIS_PASSWORD", "word");
                assertThat(DoctorRun.with(without).exit()).isEqualTo(1);
                assertThat(DoctorRun.with(with).exit()).isZero();
                jedis.configSet("requirepass", "");
            }
        }
    }

    @Test
    @RequiresPeer("redis-server")
    void asksRedisWithItsUserAndTls() throws Exception {
        SelfSigned own = SelfSigned.in(temp);
        String certificate = own.certificate().toString();
        String port = Integer.toString(FreePort.next());
        Path settings = Files.writeString(temp.resolve("redis.conf"), String.join("\n", "port 0", "tls-port " + port, "tls-cert-file " + certificate,
                "tls-key-file " + own.key(), "tls-ca-cert-file " + certificate, "tls-auth-clients no", "dir " + temp,
                "user edge on >word ~* &* +@all", "user default off", ""));
        Process server = new ProcessBuilder(Peers.find("redis-server").orElseThrow().toString(), settings.toString()).redirectErrorStream(true).redirectOutput(temp.resolve("redis.log").toFile()).start();
        try {
            Map<String, String> environment = new HashMap<>(Map.of("PETAL_REDIS_HOST", "127.0.0.1", "PETAL_REDIS_PORT", port, "DROMEDARY_REDIS_TLS", "yes",
                    "DROMEDARY_REDIS_TLS_CA_CERT", certificate, "DROMEDARY_REDIS_USERNAME", "edge", "PETAL_REDIS_PASSWORD", "word"));
            await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(DoctorRun.with(environment).out()).contains("authenticated"));
            assertThat(DoctorRun.with(environment).exit()).isZero();
            environment.put("PETAL_REDIS_PASSWORD", "wrong");
            assertThat(DoctorRun.with(environment).out()).contains("not authenticated").contains("WRONGPASS");
            environment.remove("DROMEDARY_REDIS_TLS_CA_CERT");
            assertThat(DoctorRun.with(environment).out()).contains("its certificate is not trusted");
            environment.remove("DROMEDARY_REDIS_TLS");
            assertThat(DoctorRun.with(environment).out()).contains("perhaps only one side speaks TLS");
            environment.put("DROMEDARY_REDIS_TLS", "true");
            environment.put("DROMEDARY_REDIS_TLS_CA_CERT", temp.resolve("none").toString());
            DoctorRun unusable = DoctorRun.with(environment);
            assertThat(unusable.exit()).isEqualTo(2);
            assertThat(unusable.err()).contains("Redis TLS file");
        } finally {
            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @RequiresPeer({"docker-registry", "openssl"})
    void asksARegistryOverHttpOrWithItsAuthority() throws Exception {
        SelfSigned own = SelfSigned.in(temp);
        try (DockerRegistry plain = DockerRegistry.start(temp); DockerRegistry sealed = DockerRegistry.startSealed(temp, own)) {
            DoctorRun overHttp = DoctorRun.with(Map.of("PROXY_REGISTRY_URL", plain.host(), "PROXY_REGISTRY_PLAIN_HTTP", plain.host()), "--json");
            assertThat(overHttp.exit()).as(overHttp.out()).isZero();
            assertThat(overHttp.lines().get(0).path("version").asText()).isEqualTo("registry/2.0");
            assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", plain.host())).out()).contains("what answers there does not speak TLS");
            assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", sealed.host(), "SSL_CERT_FILE", own.certificate().toString())).exit()).isZero();
            assertThat(DoctorRun.with(Map.of("PROXY_REGISTRY_URL", sealed.host())).out()).contains("its certificate is not trusted");
        }
    }

    @Test
    @RequiresPeer({"mosquitto", "mosquitto_passwd"})
    void tellsABrokerThatWantsAPassword() throws Exception {
        Path users = temp.resolve("users");
        new ProcessBuilder(Peers.find("mosquitto_passwd").orElseThrow().toString(), "-b", "-c", users.toString(), "edge", "word")
                .start().waitFor();
        assertThat(Files.size(users)).isPositive();
        try (Mosquitto broker = Mosquitto.start(temp, "allow_anonymous false", "password_file " + users)) {
            JsonNode good = DoctorRun.with(Map.of("DROMEDARY_MQTT_URL", broker.url(), "DROMEDARY_MQTT_USERNAME", "edge",
                    "DROMEDARY_MQTT_PASSWORD", "word"), "--json").lines().get(0);
            assertThat(good.path("authenticated").asBoolean()).isTrue();
            assertThat(good.path("version").asText()).contains("mosquitto");
            DoctorRun wrong = DoctorRun.with(Map.of("PROPLET_MQTT_ADDRESS", broker.url(), "PROPLET_THING_ID", "edge",
                    "PROPLET_THING_KEY", "nonsense"), "--json");
            assertThat(wrong.exit()).isEqualTo(1);
            assertThat(wrong.lines().get(0).path("peer").asText()).isEqualTo("proxy-mqtt");
            assertThat(wrong.lines().get(0).path("error").asText()).contains("refuses us");
        }
    }

    @Test
    void saysNothingBesidesWhatItFound() throws Exception {
        String closed = "127.0.0.1:" + FreePort.next();
        Cli doctor = Cli.dromedary(Map.of("DROMEDARY_MQTT_URL", "tcp://" + closed, "PROXY_MQTT_ADDRESS", "tcp://" + closed, "DROMEDARY_S3_ENDPOINT", "http://" + closed,
                "PETAL_REDIS_HOST", "127.0.0.1", "DROMEDARY_SQL_URL", "jdbc:postgresql://" + closed + "/db", "DROMEDARY_ENV_FILE", ""), "doctor");
        assertThat(doctor.err()).isEmpty();
        assertThat(doctor.out()).hasLineCount(5).contains("connection refused");
    }
}
