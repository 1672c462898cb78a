package io.dromedary.http;

import java.util.List;

import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.ManagementStrategy;

/**
 * Keeps one event notifier of each of Camel's HTTP servers. camel-platform-http-main 4.17 adds one more, which only logs paths after a
 * reload, whenever a route is started by itself, as the route controller does with every route; each step of each exchange asks them all,
 * which took more time than the steps. Camel finds this class by itself.
 */
public final class SingleNotice implements ContextServicePlugin {

    private static final String NOTICES = "org.apache.camel.component.platform.http.main.MainHttpServerUtil$";

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
            throw new IllegalStateException("Notices of HTTP servers cannot be kept single", e);
        }
    }

    private static void prune(CamelContext context) {
        ManagementStrategy strategy = context.getManagementStrategy();
        List<EventNotifier> notices = strategy.getEventNotifiers().stream().filter(each -> each.getClass().getName().startsWith(NOTICES)).toList();
        // The last ones are those of the listeners of this start.
        notices.subList(0, Math.max(0, notices.size() - 2)).forEach(strategy::removeEventNotifier);
    }
}
