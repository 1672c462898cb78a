package io.dromedary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import io.dromedary.cli.PeerCheck.Answer;
import io.dromedary.mqtt.MqttConnection;
import io.dromedary.mqtt.MqttSubscriber;
import io.dromedary.mqtt.MqttTls;
import io.dromedary.oci.OciRegistry;
import io.dromedary.oci.RegistrySettings;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** How each kind of peer is asked whether it is there, accepts us, and which version it is. */
final class PeerQuestions {

    static final Duration LIMIT = Duration.ofSeconds(5);
    /** mosquitto and others publish their version as a retained message; most brokers do not. */
    private static final String BROKER_VERSION_TOPIC = "$SYS/broker/version";
    private static final Duration BROKER_VERSION_LIMIT = Duration.ofMillis(500);
    private static final Pattern REDIS_VERSION = Pattern.compile("redis_version:(\\S+)");
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private PeerQuestions() {
    }

    static Answer mqtt(MqttConnection.Settings settings) throws IOException, InterruptedException, ExecutionException {
        CompletableFuture<String> version = new CompletableFuture<>();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        Boolean authenticated = settings.username() == null ? null : Boolean.TRUE;
        try (MqttSubscriber subscriber = new MqttSubscriber(settings, BROKER_VERSION_TOPIC, 0, false,
                message -> version.complete(new String(message.payload(), StandardCharsets.UTF_8)), Runnable::run, timer)) {
            subscriber.connect();
            return Answer.of(authenticated, version.get(BROKER_VERSION_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Answer.of(authenticated, null);
        } catch (IOException e) {
            if (e.getCause() instanceof Mqtt5SubAckException || e.getCause() instanceof Mqtt3SubAckException) {
                return Answer.of(authenticated, null); // our user may not read the version
            }
            if (e.getCause() instanceof Mqtt5ConnAckException refusal) {
                return Answer.refused("the broker refuses us: " + refusal.getMqttMessage().getReasonCode());
            }
            if (e.getCause() instanceof Mqtt3ConnAckException refusal) {
                return Answer.refused("the broker refuses us: " + refusal.getMqttMessage().getReturnCode());
            }
            throw e;
        } finally {
            timer.shutdownNow();
        }
    }

    static Answer redis(String host, int port, DefaultJedisClientConfig.Builder login) {
        var config = login.connectionTimeoutMillis((int) LIMIT.toMillis()).socketTimeoutMillis((int) LIMIT.toMillis()).build();
        try (Jedis jedis = new Jedis(new HostAndPort(host, port), config)) {
            Matcher version = REDIS_VERSION.matcher(jedis.info("server"));
            return Answer.of(config.getPassword() == null ? null : Boolean.TRUE, version.find() ? version.group(1) : null);
        } catch (JedisDataException e) {
            return Answer.refused(e.getMessage()); // NOAUTH, WRONGPASS
        }
    }

    /** Asks for a bucket; without an endpoint it is one of Amazon's. */
    static Answer s3(URI endpoint, String region, AwsCredentials credentials, String bucket) {
        S3ClientBuilder builder = S3Client.builder().forcePathStyle(true).region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .overrideConfiguration(c -> c.apiCallTimeout(LIMIT));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        try (S3Client s3 = builder.build()) {
            s3.listObjectsV2(request -> request.bucket(bucket).maxKeys(1));
            return Answer.of(true, null);
        } catch (S3Exception e) {
            if (e.statusCode() == 403 || e.statusCode() == 401) {
                return Answer.refused("the store refuses us: " + e.awsErrorDetails().errorCode());
            }
            if (e.statusCode() == 404) {
                return new Answer(true, null, "the bucket '" + bucket + "' does not exist");
            }
            throw e;
        }
    }

    static Answer sql(String url, String user, String password) throws SQLException {
        if (DriverManager.drivers().noneMatch(driver -> accepts(driver, url))) {
            throw new SQLException("there is no driver for such an address"); // the JDK's own message shows the whole address
        }
        try (Connection connection = DriverManager.getConnection(url, user, password)) {
            var about = connection.getMetaData();
            return Answer.of(user == null ? null : Boolean.TRUE, about.getDatabaseProductName() + " " + about.getDatabaseProductVersion());
        } catch (SQLException e) {
            // Class 28 of the SQL standard: invalid authorization.
            if (e.getSQLState() != null && e.getSQLState().startsWith("28")) {
                return Answer.refused("the database refuses us");
            }
            throw e;
        }
    }

    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    /** The health request of the process that holds the MQTT connection for us. */
    static Answer mqttClientProcess(URI base) throws IOException, InterruptedException {
        int status = send(HttpRequest.newBuilder(base.resolve("/health"))).statusCode();
        return status == 200 ? Answer.of(null, null) : new Answer(null, null, "its health request answers " + status);
    }

    /** As the proxy would ask it, but once; anonymous is no fault, as most artifacts are for everybody. */
    static Answer registry(RegistrySettings settings, String host) throws IOException {
        try (OciRegistry registry = new OciRegistry(settings.withTimes(LIMIT, LIMIT, List.of(), LIMIT))) {
            OciRegistry.Status status = registry.status(host);
            return new Answer(status.authenticated(), status.version(), Boolean.FALSE.equals(status.authenticated()) ? "the registry refuses the credentials" : null);
        }
    }

    /** Temporary credentials as the cloud hands them out: {@code POST} without a body. */
    static JsonNode sessionToken(URI url) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.noBody()));
        if (response.statusCode() != 200) {
            throw new IOException("the session token service answers " + response.statusCode());
        }
        try (InputStream body = response.body()) {
            return new ObjectMapper().readTree(body.readNBytes(MAX_ANSWER_BYTES));
        }
    }

    static MqttConnection.Settings mqttSettings(String url, String user, String password, MqttTls tls) {
        return new MqttConnection.Settings(url, "dromedary-doctor-" + UUID.randomUUID().toString().substring(0, 8), user, password, tls,
                true, 0, 60, 10, LIMIT.toMillis(), LIMIT.toMillis(), null, true);
    }

    private static HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
        return client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofInputStream());
    }
}
