package io.dromedary.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.junit.jupiter.api.Test;

class RouteMBeansTest {

    @Test
    void countsRoutesAndTheContextAndNothingElse() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            ManagementAgent agent = camel.getManagementStrategy().getManagementAgent();
            agent.setMBeansLevel(ManagementMBeansLevel.RoutesOnly);
            RouteMBeans.only(camel);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:works").routeId("works").setBody(constant("x")).to("direct:mends");
                    from("direct:mends").routeId("mends").onException(Exception.class).handled(true).setBody(constant("mended")).end()
                            .throwException(new IllegalStateException("no"));
                }
            });
            camel.start();
            ProducerTemplate sender = camel.createProducerTemplate();
            assertThat(sender.requestBody("direct:works", "1")).isEqualTo("mended");
            assertThat(sender.requestBody("direct:mends", "2")).isEqualTo("mended");
            MBeanServer beans = agent.getMBeanServer();
            assertThat(count(beans, "type=routes,name=\"works\"")).isEqualTo(1);
            assertThat(count(beans, "type=routes,name=\"mends\"")).isEqualTo(2);
            assertThat(count(beans, "type=context,*")).isEqualTo(2);
            Set<String> kinds = beans.queryNames(new ObjectName("org.apache.camel:*"), null).stream().map(name -> name.getKeyProperty("type")).collect(Collectors.toSet());
            assertThat(kinds).contains("routes").doesNotContain("processors", "endpoints", "consumers", "producers");
        }
    }

    private static Object count(MBeanServer beans, String name) throws Exception {
        ObjectName found = beans.queryNames(new ObjectName("org.apache.camel:context=*," + name), null).iterator().next();
        return ((Number) beans.getAttribute(found, "ExchangesTotal")).intValue();
    }
}
