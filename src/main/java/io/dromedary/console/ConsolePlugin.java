package io.dromedary.console;

import java.util.Map;

import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers our MBeans, and opens the console at {@code /hawtio} of the management server when the property {@code dromedary.console} is {@code true}. Camel
 * finds it in every runtime by itself: the plain application, Camel's own command line, Karaf.
 */
public final class ConsolePlugin implements ContextServicePlugin {

    private static final Logger LOG = LoggerFactory.getLogger(ConsolePlugin.class);

    @Override
    public void load(CamelContext context) {
        try {
            // Not before everything has started: only then are properties, type converters and the server there.
            context.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
                    // Too early; see the next one.
                }

                @Override
                public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) throws Exception {
                    started.addService(new Monitor(started));
                    open(started);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("The console cannot wait for the start of Camel", e);
        }
    }

    private static void open(CamelContext context) throws Exception {
        if (!Boolean.parseBoolean(property(context, "dromedary.console", "false"))) {
            return;
        }
        VertxPlatformHttpRouter router = router(context);
        if (router == null) {
            LOG.warn("There is no console: it needs an HTTP server, such as camel.management.enabled=true gives");
            return;
        }
        ConsoleLogin login = ConsoleLogin.of(property(context, "dromedary.console-user", "dromedary"),
                property(context, "dromedary.console-password", ""), property(context, "dromedary.data-dir", ""));
        ConsoleServer console = new ConsoleServer(router, login);
        context.addService(new ServiceSupport() {
            @Override
            protected void doStart() {
                console.open();
            }

            @Override
            protected void doStop() {
                console.close();
            }
        });
        LOG.info("Console at /hawtio of port {}; {}", router.getServer().getServer().actualPort(), login.hint());
    }

    private static String property(CamelContext context, String name, String fallback) {
        return context.resolvePropertyPlaceholders("{{" + name + ":" + fallback + "}}");
    }

    /** The management server's router; the only one where there is no such server. */
    private static VertxPlatformHttpRouter router(CamelContext context) {
        String port = property(context, "camel.management.port", "9876");
        // When Camel's command line exports routes, it starts them with a word for every property and no server.
        VertxPlatformHttpRouter management = !port.matches("\\d{1,5}") ? null : context.getRegistry().lookupByNameAndType(
                VertxPlatformHttpRouter.getRouterNameFromPort(Integer.parseInt(port)), VertxPlatformHttpRouter.class);
        Map<String, VertxPlatformHttpRouter> all = context.getRegistry().findByTypeWithName(VertxPlatformHttpRouter.class);
        return management == null && all.size() == 1 ? all.values().iterator().next() : management;
    }
}
