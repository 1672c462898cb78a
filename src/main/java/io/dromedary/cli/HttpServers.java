package io.dromedary.cli;

import io.dromedary.embedded.StartRefused;
import io.vertx.core.net.impl.TCPServerBase;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;

/** The HTTP and the management server, which Camel makes. */
final class HttpServers {

    private HttpServers() {
    }

    /** Refuses a server that does not listen: Camel starts without it, and says so in the log only. */
    static void listening(CamelContext context) {
        for (Object service : context.getCamelContextExtension().getServices()) {
            if (service instanceof VertxPlatformHttpServer server && server.getServer() instanceof TCPServerBase tcp && !tcp.isListening()) {
                throw new StartRefused("Port " + server.getConfigurationPort() + " was taken by another program during the start; start again, or choose another port.");
            }
        }
    }
}
