package io.dromedary.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dromedary.command.EdgeAccounts;
import io.dromedary.propeller.Transfers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules ask for metrics that there are. */
class MonitoringFilesTest {

    private static final Pattern OURS = Pattern.compile("dromedary_[a-z_]+");

    private static Set<String> named(JsonNode expressions) {
        Set<String> names = new TreeSet<>();
        for (JsonNode expression : expressions) {
            Matcher name = OURS.matcher(expression.asText());
            while (name.find()) {
                names.add(name.group());
            }
        }
        return names;
    }

    @Test
    void everyMetricOfOursExists() throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("meters", registry);
            EdgeAccounts accounts = new EdgeAccounts();
            accounts.setCamelContext(context);
            Exchange exchange = new DefaultExchange(context);
            accounts.received(exchange);
            accounts.answered(exchange);
            accounts.parked(exchange, "test");
            new Transfers(1).bindTo(registry);
        }
        String scraped = registry.scrape();
        JsonNode dashboard = new ObjectMapper().readTree(Path.of("docker/monitoring/dashboard.json").toFile());
        JsonNode rules = new ObjectMapper(new YAMLFactory()).readTree(Files.readString(Path.of("docker/monitoring/rules.yaml")));
        for (Set<String> names : Map.of("dashboard", named(dashboard.findValues("expr").stream().collect(
                () -> new ObjectMapper().createArrayNode(), (array, value) -> array.add(value), (a, b) -> a.addAll(b))),
                "rules", named(rules.findValues("expr").stream().collect(
                        () -> new ObjectMapper().createArrayNode(), (array, value) -> array.add(value), (a, b) -> a.addAll(b)))).values()) {
            assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(scraped).containsPattern("(?m)^" + name + "[ {]"));
        }
    }
}
