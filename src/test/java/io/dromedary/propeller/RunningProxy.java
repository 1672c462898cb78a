package io.dromedary.propeller;

import java.util.Map;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.main.Main;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The proxy's routes in a Camel of their own, started from environment variables like the real thing. */
public final class RunningProxy implements AutoCloseable {

    private final Main main = new Main();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ProxySettings settings;

    private RunningProxy(ProxySettings settings) {
        this.settings = settings;
    }

    public static RunningProxy start(Map<String, String> environment) throws Exception {
        return start(environment, Map.of());
    }

    /** Starts with further Camel properties. */
    static RunningProxy start(Map<String, String> environment, Map<String, String> properties) throws Exception {
        RunningProxy proxy = new RunningProxy(ProxySettings.read(name -> environment.getOrDefault(name, name.equals("PROXY_HTTP_PORT") ? "0" : null), java.nio.file.Path.of("no-such-config.toml")));
        proxy.start0(properties);
        return proxy;
    }

    private void start0(Map<String, String> properties) throws Exception {
        ProxyFlow flow = new ProxyFlow(settings);
        main.setDefaultPropertyPlaceholderLocation("false");
        flow.properties().forEach((name, value) -> main.addInitialProperty((String) name, (String) value));
        properties.forEach(main::addInitialProperty);
        main.bind("metricsRegistry", metrics);
        flow.beans().forEach(main::bind);
        main.configure().withRoutesIncludePattern(ProxyFlow.ROUTES).withShutdownTimeout(5).withName("proxy-" + System.nanoTime());
        main.addOverrideProperty("camel.management.enabled", "false");
        main.addOverrideProperty("camel.metrics.enabled", "false");
        main.addInitialProperty("camel.routecontroller.enabled", "true");
        main.addInitialProperty("camel.routecontroller.backOffDelay", "200");
        main.configure().addRoutesBuilder(new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration().errorHandler(noErrorHandler());
            }
        });
        main.start();
        io.dromedary.testing.Wait.until(() -> camel().getRoutes().stream().filter(org.apache.camel.Route::isAutoStartup)
                .allMatch(route -> camel().getRouteController().getRouteStatus(route.getRouteId()).isStarted()));
    }

    CamelContext camel() {
        return main.getCamelContext();
    }

    public ProxySettings settings() {
        return settings;
    }

    double count(String name, String... tags) {
        var counter = metrics.find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
        main.stop();
    }
}
