package io.dromedary.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.job.JobComponent;
import io.dromedary.testing.Mosquitto;
import io.dromedary.testing.RunningProduct;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import redis.clients.jedis.RedisClient;

/**
 * What progress streams cost: processor time of the whole product with a job that tells progress ten times a second, without and with
 * 100 subscribers at 10 Hz over MQTT, in turns. And how many progress calls a job can make a second, beside one Redis write for each,
 * which is what the reference does.
 */
public final class JobsBench {

    private static final int SUBSCRIBERS = 100;
    private static final int CALLS = 200_000;
    private static final int WRITES = 20_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROUTES = """
            - route:
                id: petal-bench.start
                description: Starts a job that only tells progress
                from:
                  uri: direct:command/petal-bench/start
                  steps:
                    - to:
                        uri: job:start
                        parameters:
                          type: FetchFlightRecordsJob
                          route: direct:job/bench
            - route:
                id: job-bench
                description: Tells progress ten times a second for ten minutes
                from:
                  uri: direct:job/bench
                  steps:
                    - loop:
                        expression:
                          constant:
                            expression: "6000"
                        steps:
                          - to:
                              uri: job:progress
                              parameters:
                                current: ${exchangeProperty.CamelLoopIndex}
                                total: "6000"
                                message: Step ${exchangeProperty.CamelLoopIndex}
                          - delay:
                              expression:
                                constant:
                                  expression: "100"
            """;

    private final LongAdder received = new LongAdder();
    private Mqtt5AsyncClient client;

    private JobsBench() {
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        Path folder = Files.createTempDirectory("jobs-bench");
        new JobsBench().streams(folder, rounds);
        calls(folder, rounds);
        System.exit(0);
    }

    private void send(String command, Map<String, Object> payload) throws Exception {
        byte[] message = JSON.writeValueAsBytes(Map.of("waitResponse", false, "messageId", java.util.UUID.randomUUID().toString(), "command", command,
                "payload", payload));
        client.publishWith().topic("org/o/device/Instance-m/command/edge").qos(MqttQos.AT_LEAST_ONCE).payload(message).send().get(10, TimeUnit.SECONDS);
    }

    private void streams(Path folder, int rounds) throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes/commands/petal-bench"));
        Files.writeString(routes.resolve("start.camel.yaml"), ROUTES);
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                RunningProduct product = RunningProduct.start(folder.resolve("product.log"), Map.of("DROMEDARY_DATA_DIR", folder.resolve("data").toString(),
                        "DROMEDARY_FLOWS", "bus,proxies,flight-log", "DROMEDARY_MQTT_URL", "tcp://127.0.0.1:" + broker.port(),
                        "DROMEDARY_ORGANIZATION_ID", "o", "DROMEDARY_MACHINE_ID", "m", "DROMEDARY_HTTP_PORT", "0", "DROMEDARY_MANAGEMENT_PORT", "0",
                        "DROMEDARY_REDIS_PORT", "0", "DROMEDARY_S3_PORT", "0", "DROMEDARY_ROUTES_DIR", folder.resolve("routes").toString()),
                        System.getProperty("bench.options", "-Xmx256m"))) {
            client = Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(broker.port()).buildAsync();
            client.connect().get(10, TimeUnit.SECONDS);
            client.publishes(MqttGlobalPublishFilter.ALL, publish -> {
                if (new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8).contains("job_value_stream")) {
                    received.increment();
                }
            });
            client.subscribeWith().topicFilter("org/o/device/Instance-m/command/web").qos(MqttQos.AT_LEAST_ONCE).send().get(10, TimeUnit.SECONDS);
            send("petal-bench/start", Map.of());
            List<Double> alone = new ArrayList<>();
            List<Double> subscribed = new ArrayList<>();
            List<Double> rates = new ArrayList<>();
            for (int round = -1; round < rounds; round++) {
                // the first round warms up
                double without = load(product);
                for (int i = 0; i < SUBSCRIBERS; i++) {
                    send("petal-flight-log/subscribe_fetch_flight_records", Map.of("subscribed_stream_id", "s-" + i, "data_rate_hz", 10));
                }
                TimeUnit.SECONDS.sleep(round < 0 ? 20 : 3);
                long before = received.sum();
                long start = System.nanoTime();
                double with = load(product);
                double rate = (received.sum() - before) / ((System.nanoTime() - start) / 1e9);
                for (int i = 0; i < SUBSCRIBERS; i++) {
                    send("petal-flight-log/unsubscribe_fetch_flight_records", Map.of("unsubscribed_stream_id", "s-" + i));
                }
                TimeUnit.SECONDS.sleep(3);
                if (round >= 0) {
                    alone.add(without);
                    subscribed.add(with);
                    rates.add(rate);
                    System.out.printf("round %d: %.1f %% of a core without, %.1f %% with %d subscribers, %.0f messages/s received%n", round, without, with,
                            SUBSCRIBERS, rate);
                }
            }
            System.out.printf("median: %d subscribers at 10 Hz cost %.1f %% of a core (%.1f %% - %.1f %%), %.0f messages/s%n", SUBSCRIBERS,
                    median(subscribed) - median(alone), median(subscribed), median(alone), median(rates));
        }
    }

    /** Processor time over 10 s, in percent of a core. */
    private static double load(RunningProduct product) throws InterruptedException {
        Duration before = product.cpu();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(10);
        return 100.0 * product.cpu().minus(before).toNanos() / (System.nanoTime() - start);
    }

    private static void calls(Path folder, int rounds) throws Exception {
        try (DataDirectory data = DataDirectory.open(folder.resolve("redis")); EmbeddedRedis server = new EmbeddedRedis(data, 0)) {
            server.start();
            String[] address = server.address().split(":");
            try (RedisClient redis = RedisClient.create(address[0], Integer.parseInt(address[1])); DefaultCamelContext camel = new DefaultCamelContext()) {
                List<Double> ours = new ArrayList<>();
                List<Double> writes = new ArrayList<>();
                JobComponent jobs = new JobComponent();
                jobs.setRedis(redis);
                camel.addComponent("job", jobs);
                camel.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:work").process(exchange -> ours.add(progressCalls(exchange)));
                    }
                });
                camel.start();
                String state = "x".repeat(400);
                for (int round = -1; round < rounds; round++) {
                    int done = ours.size();
                    camel.createProducerTemplate().requestBody("job:start?type=Bench&route=direct:work", Map.of());
                    while (ours.size() == done) {
                        TimeUnit.MILLISECONDS.sleep(10);
                    }
                    long start = System.nanoTime();
                    for (int i = 0; i < WRITES; i++) {
                        redis.setex("bench", 86_400, state);
                    }
                    writes.add(WRITES / ((System.nanoTime() - start) / 1e9));
                }
                double mine = median(ours.subList(1, ours.size()));
                double theirs = median(writes.subList(1, writes.size()));
                System.out.printf("median: %.0f progress calls/s; %.0f Redis writes/s, one for each call; ratio %.1f%n", mine, theirs, mine / theirs);
            }
        }
    }

    private static double progressCalls(Exchange exchange) throws Exception {
        try (Producer producer = exchange.getContext().getEndpoint("job:progress?current=${header.done}&total=" + CALLS + "&message=Step ${header.done}")
                .createProducer()) {
            producer.start();
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                exchange.getMessage().setHeader("done", i);
                producer.process(exchange);
            }
            return CALLS / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
