package io.dromedary.vantiq;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;

/** Opens WebSockets and follows redirects, at most {@value #MAX_REDIRECTS}. A secure connection is never given up for a plain one. */
final class Upgrade {

    private static final int MAX_REDIRECTS = 5;
    private static final int REDIRECTION = 3;

    private final WebSocketClient client;
    private final Duration limit;

    /** @param limit for each attempt, from the first packet to the finished upgrade */
    Upgrade(WebSocketClient client, Duration limit) {
        this.client = client;
        this.limit = limit;
    }

    void open(URI address, Handler<AsyncResult<WebSocket>> done) {
        open(address, 0, done);
    }

    private void open(URI address, int redirects, Handler<AsyncResult<WebSocket>> done) {
        client.connect(options(address)).onComplete(result -> {
            URI next = result.failed() && redirects < MAX_REDIRECTS ? redirected(address, result.cause()) : null;
            if (next == null) {
                done.handle(result);
            } else {
                open(next, redirects + 1, done);
            }
        });
    }

    private WebSocketConnectOptions options(URI address) {
        boolean secure = "wss".equals(address.getScheme());
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(address.getHost());
        options.setPort(address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80);
        options.setSsl(secure);
        options.setURI(address.getRawPath() + query);
        options.setAllowOriginHeader(false);
        options.setTimeout(limit.toMillis());
        if (address.getUserInfo() != null) {
            String credentials = Base64.getEncoder().encodeToString(address.getUserInfo().getBytes(StandardCharsets.UTF_8));
            options.addHeader("Authorization", "Basic " + credentials);
        }
        return options;
    }

    /** The next place to try, or null when the server did not redirect. */
    private static URI redirected(URI from, Throwable cause) {
        if (!(cause instanceof UpgradeRejectedException rejected) || rejected.getStatus() / 100 != REDIRECTION
                || rejected.getHeaders().get("Location") == null) {
            return null;
        }
        try {
            URI next = from.resolve(rejected.getHeaders().get("Location"));
            boolean secure = "wss".equals(next.getScheme()) || "https".equals(next.getScheme());
            if (next.getHost() == null || "wss".equals(from.getScheme()) && !secure) {
                return null;
            }
            return new URI(secure ? "wss" : "ws", null, next.getHost(), next.getPort(), next.getPath(), next.getQuery(), null);
        } catch (IllegalArgumentException | URISyntaxException e) {
            return null;
        }
    }

    /** Why a socket could not be opened or has broken, in one line. */
    static String reason(Throwable cause) {
        return cause instanceof UpgradeRejectedException rejected ? "HTTP status " + rejected.getStatus()
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }
}
