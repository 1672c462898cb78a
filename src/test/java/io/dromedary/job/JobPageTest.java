package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.dromedary.testing.ComponentPage;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the component's page says. Without Redis, which a job does not need. */
@Timeout(60)
class JobPageTest {

    @Test
    void theExampleRuns() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("count.camel.yaml", new ComponentPage("job").examples().get(0)));
            camel.start();
            MockEndpoint ended = camel.getEndpoint("mock:ended", MockEndpoint.class);
            ended.expectedMessageCount(1);
            ended.message(0).simple("${body[status]}").isEqualTo("completed");
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                Map<?, ?> state = template.requestBody("direct:count-start", Map.of("items", List.of("a", "b", "c")), Map.class);
                assertThat(state.get("job_type")).isEqualTo("CountJob");
                ended.assertIsSatisfied(30_000);
                MockEndpoint progress = camel.getEndpoint("mock:progress", MockEndpoint.class);
                template.requestBody("job:subscribe?streamId=late&jobId=" + state.get("job_id"), (Object) null);
                await().atMost(Duration.ofSeconds(30)).until(() -> progress.getExchanges().stream()
                        .anyMatch(e -> Boolean.TRUE.equals(e.getMessage().getBody(Map.class).get("completed"))));
            }
        }
    }

    @Test
    void namesEveryOptionAndHeader() throws Exception {
        assertThat(new ComponentPage("job").missing("META-INF/io/dromedary/job/job.json")).isEmpty();
    }

    @Test
    void eachRunningJobIsAnMBeanThatCancels() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:sleep").to("job:progress?percentage=40&message=Asleep").delay(600_000).syncDelayed();
                }
            });
            camel.start();
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                Object id = template.requestBody("job:start?type=Sleep&route=direct:sleep", Map.of(), Map.class).get("job_id");
                ObjectName pattern = new ObjectName("io.dromedary:type=jobs,job=\"Sleep\",name=\"" + id + "\",*");
                ObjectName name = server.queryNames(pattern, null).iterator().next();
                JobFixture.await().until(() -> Double.valueOf(40).equals(server.getAttribute(name, "Progress")));
                assertThat(server.getAttribute(name, "Message")).isEqualTo("Asleep");
                assertThat(server.invoke(name, "cancel", null, null)).isEqualTo(true);
                assertThat(template.requestBody("job:state?jobId=" + id, null, Map.class).get("status")).isEqualTo("cancelled");
                assertThat(server.queryNames(pattern, null)).isEmpty();
            }
        }
    }
}
