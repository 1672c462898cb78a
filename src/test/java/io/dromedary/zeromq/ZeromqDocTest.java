package io.dromedary.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of the component's page runs. */
@Timeout(60)
class ZeromqDocTest {

    @Test
    void theExampleAnswers() throws Exception {
        String page = Files.readString(Path.of("docs/components/zeromq.md"));
        String yaml = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n", page.indexOf("```yaml\n") + 8));
        int port = FreePort.next();
        Properties ports = new Properties();
        ports.setProperty("rep.port", Integer.toString(port));
        ports.setProperty("pub.port", Integer.toString(FreePort.next()));
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(ports);
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("weather.camel.yaml", yaml));
            camel.start();
            assertThat(camel.createProducerTemplate().requestBody("zeromq:req:tcp://127.0.0.1:" + port, "rain", String.class)).isEqualTo("seen rain");
        }
    }
}
