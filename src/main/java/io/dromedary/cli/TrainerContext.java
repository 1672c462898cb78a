package io.dromedary.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The trainer flow's routes by themselves, for the tools: no bus, no data directory, no embedded servers. */
final class TrainerContext implements AutoCloseable {

    private final CamelContext camel = new DefaultCamelContext();

    /**
     * Starts the routes.
     *
     * @param files below {@code routes/}, without their ending
     * @param settings properties that stand above {@code application.properties}
     * @param policies what watches the routes
     */
    TrainerContext(List<String> files, Map<String, String> settings, RoutePolicyFactory... policies) throws Exception {
        Properties overrides = new Properties();
        overrides.putAll(settings);
        camel.getPropertiesComponent().setLocation("classpath:application.properties");
        camel.getPropertiesComponent().setOverrideProperties(overrides);
        camel.getShutdownStrategy().setTimeout(5);
        List.of(policies).forEach(camel::addRoutePolicyFactory);
        List<Resource> resources = new ArrayList<>();
        for (String file : files) {
            resources.add(ResourceHelper.resolveMandatoryResource(camel, "classpath:routes/" + file + ".camel.yaml"));
        }
        try {
            PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
            camel.start();
        } catch (Exception e) {
            camel.stop();
            throw e;
        }
    }

    CamelContext camel() {
        return camel;
    }

    @Override
    public void close() {
        camel.stop();
    }
}
