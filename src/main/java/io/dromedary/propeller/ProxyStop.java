package io.dromedary.propeller;

import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Cancels what is being fetched when the application stops, as the original does, instead of waiting for artifacts that may take long. Where
 * another instance would be asked for them again, because requests are acknowledged when they are served, they are finished in the time there is.
 */
final class ProxyStop extends LifecycleStrategySupport {

    private final Transfers transfers;

    ProxyStop(Transfers transfers) {
        this.transfers = transfers;
    }

    @Override
    public void onContextStopping(CamelContext context) {
        if (!Boolean.parseBoolean(context.resolvePropertyPlaceholders("{{proxy.manual-acks}}"))) {
            transfers.stop();
        }
    }
}
