package io.dromedary.http;

import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.micrometer.eventnotifier.MicrometerRouteEventNotifier;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.ManagementStrategy;
import org.apache.camel.support.EventHelper;

/**
 * Keeps Camel from telling every step of every exchange to notifiers that do not listen. camel-platform-http-main 4.17 adds two for each of its
 * servers, which only log paths after a reload, whenever a route is started by itself, as the route controller does with every route; those
 * of the last route stay. Camel's standalone runtime adds one that only logs the start. And the one that counts routes, which is on where the
 * launcher is not, asks for exchanges too, though it drops them. Camel finds this class by itself.
 */
public final class FewNotices implements ContextServicePlugin {

    /** The beginnings of the names of classes that are not public. */
    private static final List<String> DONE = List.of("org.apache.camel.component.platform.http.main.MainHttpServerUtil$",
            "org.apache.camel.main.BaseMainSupport$");

    @Override
    public void load(CamelContext context) {
        try {
            context.addStartupListener(new StartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
                    prune(started);
                }

                @Override
                public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
                    prune(started);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("Notices of HTTP servers cannot be kept few", e);
        }
    }

    private static void prune(CamelContext context) {
        ManagementStrategy strategy = context.getManagementStrategy();
        for (EventNotifier notifier : List.copyOf(strategy.getEventNotifiers())) {
            if (DONE.stream().anyMatch(notifier.getClass().getName()::startsWith)) {
                strategy.removeEventNotifier(notifier);
            } else if (notifier instanceof MicrometerRouteEventNotifier counts) {
                counts.setIgnoreExchangeEvents(true);
            }
        }
        context.getCamelContextExtension().setEventNotificationApplicable(EventHelper.eventsApplicable(context));
    }
}
