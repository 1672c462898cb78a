package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page and the kamelets promise, loaded and run as they stand. */
class VantiqDocsTest {

    private final FakeVantiq server = FakeVantiq.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        VantiqComponent component = new VantiqComponent();
        component.setTargetServer(server.url());
        context.addComponent("vantiq", component);
    }

    @AfterEach
    void stop() {
        context.stop();
        server.close();
    }

    private void load(String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("example.camel.yaml", yaml));
        context.start();
    }

    @Test
    void exampleOfThePageRuns() throws Exception {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("docs/components/vantiq.md"), StandardCharsets.UTF_8));
        assertThat(example.find()).isTrue();
        load(example.group(1));
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.query("a", Map.of("what", "everything"));
        assertThat(link.awaitResponses("a", 1).get(0).get("body").toString()).isEqualTo("{\"asked\":\"everything\",\"answer\":42}");
    }

    @Test
    void kameletsRun() throws Exception {
        load("""
                - route:
                    from:
                      uri: kamelet:vantiq-source
                      parameters:
                        source: SrcA
                      steps:
                        - to:
                            uri: kamelet:vantiq-notification-sink
                            parameters:
                              source: SrcA
                - route:
                    from:
                      uri: kamelet:vantiq-query-source
                      parameters:
                        source: SrcA
                      steps:
                        - setBody:
                            constant: '{"row": 1}'
                """);
        FakeVantiq.Link link = server.awaitConfigured(0);
        link.publish(Map.of("x", 1));
        link.awaitNotification(n -> n.path("x").asInt() == 1);
        link.query("q", Map.of());
        assertThat(link.awaitResponses("q", 1).get(0).get("body").get("row").asInt()).isOne();
    }
}
