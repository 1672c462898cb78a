package io.dromedary.cli;

import java.util.HashMap;
import java.util.Map;

import io.dromedary.embedded.StartRefused;
import io.vertx.core.net.impl.TCPServerBase;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;

/** Whether the HTTP and the management server have what they were configured with. */
final class HttpServers {

    private HttpServers() {
    }

    /**
     * Refuses two servers at one address; otherwise only a log would tell which of them does not listen.
     *
     * @param addresses host and port by the server's name
     */
    static void distinct(Map<String, String> addresses) {
        Map<String, String> taken = new HashMap<>();
        addresses.forEach((name, address) -> {
            String other = taken.putIfAbsent(address, name);
            if (other != null) {
                throw new StartRefused("The servers " + other + " and " + name + " are both to listen at " + address + "; give one of them another port, or 0 for any.");
            }
        });
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
