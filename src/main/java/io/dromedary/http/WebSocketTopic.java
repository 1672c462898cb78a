package io.dromedary.http;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A path of the HTTP server where WebSockets listen to what a route sends. Camel's own WebSocket component needs a port of its own. One
 * that does not take what it gets misses messages; nothing waits for it.
 */
public class WebSocketTopic implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketTopic.class);
    private static final int TRY_LATER = 503;

    private final Set<ServerWebSocket> listeners = ConcurrentHashMap.newKeySet();
    private CamelContext context;
    private String path;
    private int maxListeners = 100;
    private Route route;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    public void setPath(String path) {
        this.path = path;
    }

    public String getPath() {
        return path;
    }

    /** Listeners at a time; one more is refused with 503. */
    public void setMaxListeners(int maxListeners) {
        this.maxListeners = maxListeners;
    }

    /** Opens the path once the routes run, if there is an HTTP server then. */
    public void start() throws Exception {
        context.addStartupListener((started, already) -> open());
    }

    /** Camel calls startup listeners again for each route that is started by itself. */
    private void open() {
        if (route != null) {
            return;
        }
        VertxPlatformHttpRouter router = context.getRegistry().findSingleByType(VertxPlatformHttpRouter.class);
        if (!context.getRegistry().findByType(WebSocketTopic.class).contains(this)) {
            // Camel's YAML loader makes beans twice and keeps the second
            return;
        }
        if (router == null) {
            LOG.debug("There is no HTTP server for {}", path);
            return;
        }
        route = router.route(path).handler(this::accept);
    }

    private void accept(RoutingContext request) {
        if (listeners.size() >= maxListeners) {
            request.response().setStatusCode(TRY_LATER).end();
            return;
        }
        request.request().toWebSocket().onSuccess(socket -> {
            listeners.add(socket);
            socket.closeHandler(closed -> listeners.remove(socket));
            socket.exceptionHandler(failure -> listeners.remove(socket));
        }).onFailure(failure -> LOG.debug("{} was asked for without a WebSocket: {}", path, failure.getMessage()));
    }

    /** Sends a text to every listener that can take it now. */
    public void send(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        for (ServerWebSocket socket : listeners) {
            if (!socket.isClosed() && !socket.writeQueueFull()) {
                socket.writeTextMessage(text);
            }
        }
    }

    /** How many listen. */
    public int listeners() {
        return listeners.size();
    }

    /** Closes the path and every listener. */
    public void stop() {
        if (route != null) {
            route.remove();
            route = null;
        }
        listeners.forEach(ServerWebSocket::close);
        listeners.clear();
    }
}
