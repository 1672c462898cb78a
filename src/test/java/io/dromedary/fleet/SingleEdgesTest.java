package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Properties;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SingleEdgesTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** The settings that Camel's service for Kubernetes is given. */
    public static final class Leases {
        private final Properties set = new Properties();

        public void setPodName(String name) {
            set.put("pod", name);
        }

        public void setLeaseDurationMillis(long millis) {
            set.put("lease", millis);
        }

        public void setRenewDeadlineMillis(long millis) {
            set.put("renew", millis);
        }

        public void setRetryPeriodMillis(long millis) {
            set.put("retry", millis);
        }
    }

    @BeforeEach
    void configure() {
        Properties settings = new Properties();
        settings.put("dromedary.fleet-single", "timer");
        settings.put("dromedary.fleet-group", "test");
        settings.put("dromedary.fleet-lock", "kubernetes");
        settings.put("dromedary.fleet-lease", "15s");
        settings.put("dromedary.fleet-member", "fleet-0");
        camel.getPropertiesComponent().setInitialProperties(settings);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void aLeaseOfKubernetesIsHeldInThePodsNameAndRenewedInTime() {
        Leases leases = new Leases();
        SingleEdges.configure(camel, leases, Duration.ofSeconds(15));
        assertThat(leases.set).containsEntry("pod", "fleet-0").containsEntry("lease", 15_000L).containsEntry("renew", 10_000L).containsEntry("retry", 3_000L);
    }

    @Test
    void saysWhatIsMissingForALeaseOfKubernetes() throws Exception {
        camel.setClassResolver(new DefaultClassResolver() {
            @Override
            public Class<?> resolveClass(String name) {
                return name.startsWith("org.apache.camel.component.kubernetes.") ? null : super.resolveClass(name);
            }
        });
        camel.addRoutePolicyFactory(new SingleEdges());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:edge").routeId("edge").to("log:edge");
            }
        });
        assertThatThrownBy(camel::start).hasStackTraceContaining("Route edge cannot be given to one instance (kubernetes): camel-kubernetes is not on the class path");
    }
}
