package io.dromedary.cli;

import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/** Serves {@code platform-http} at the configured port. With two servers the original cannot choose and takes 8080. */
public final class HttpEngine extends VertxPlatformHttpEngine {

    static {
        // Vert.x's own asks name servers from a port open to everybody, and knows neither the names of the local network nor those of the system's other sources.
        System.getProperties().putIfAbsent("vertx.disableDnsResolver", "true");
    }

    @Override
    public int getServerPort() {
        return Integer.parseInt(getCamelContext().resolvePropertyPlaceholders("{{camel.server.port}}"));
    }
}
