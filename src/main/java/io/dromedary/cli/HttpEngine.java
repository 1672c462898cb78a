package io.dromedary.cli;

import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/** Serves {@code platform-http} at the configured port. With two servers the original cannot choose and takes 8080. */
public final class HttpEngine extends VertxPlatformHttpEngine {

    @Override
    public int getServerPort() {
        return Integer.parseInt(getCamelContext().resolvePropertyPlaceholders("{{camel.server.port}}"));
    }
}
