package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dromedary.testing.KafkaBroker;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flow kafka at a real Kafka. */
class KafkaIT {

    @TempDir
    private Path folder;

    private Main bus(String brokers) throws Exception {
        Main main = new Main();
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false", "camel.main.stream-caching-spool-enabled", "false",
                "dromedary.data-dir", folder.toString(), "dromedary.device-id", "Instance-m", "kafka.brokers", brokers,
                "camel.main.routes-include-pattern", "classpath:routes/errors.camel.yaml,classpath:routes/bus/bus.camel.yaml,classpath:routes/kafka/kafka.camel.yaml"));
        main.setOverrideProperties(properties);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bus-publish").routeId("bus-publish").to("mock:bus");
            }
        });
        main.start();
        return main;
    }

    @Test
    void whatIsBroadcastGoesToKafkaAndWaitsWhileItIsAway() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"))) {
            Main main = bus(broker.address());
            try (ProducerTemplate template = main.getCamelContext().createProducerTemplate();
                    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.address(), "group.id", "test",
                            "auto.offset.reset", "earliest"), new StringDeserializer(), new StringDeserializer())) {
                template.sendBody("direct:command-broadcast", Map.of("number", 0));
                consumer.subscribe(List.of("dromedary.command.web"));
                List<ConsumerRecord<String, String>> records = new ArrayList<>();
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                    return records.size() == 1;
                });
                assertThat(records.get(0).key()).isEqualTo("Instance-m");
                assertThat(records.get(0).value()).contains("\"number\":0", "\"deviceId\":\"Instance-m\"");
                broker.kill();
                for (int i = 1; i <= 20; i++) {
                    template.sendBody("direct:command-broadcast", Map.of("number", i));
                }
                broker.start();
                await().atMost(Duration.ofSeconds(90)).until(() -> {
                    consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                    return records.stream().map(ConsumerRecord::value).distinct().count() == 21;
                });
            } finally {
                main.stop();
            }
        }
    }
}
