package io.dromedary.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Stands before every path of the HTTP server, whoever serves it: asks for the token or the password if there is one, and on the
 * loopback interface refuses requests that a foreign web page has made a browser send here (another Host, another Origin).
 */
public final class HttpGuard {

    private static final int FIRST = Integer.MIN_VALUE;
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    /** The client process of the bus posts from this machine and knows no password. */
    private static final String CALLBACK = "/mqtt-callback/";

    private final String token;
    private final String basic;
    private final boolean loopback;

    /** @param token and the rest empty for none */
    public HttpGuard(String token, String user, String password, boolean loopback) {
        this.token = token.isEmpty() ? "" : "Bearer " + token;
        this.basic = password.isEmpty() ? "" : "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        this.loopback = loopback;
    }

    /** Whether anybody is asked for anything. */
    public boolean isLocked() {
        return !token.isEmpty() || !basic.isEmpty();
    }

    /** Puts it before all that the server at this port serves, when the server is there and no route is yet. */
    public LifecycleStrategy beforeRoutes(int port) {
        AtomicBoolean stands = new AtomicBoolean();
        return new LifecycleStrategySupport() {
            @Override
            public void onRoutesAdd(Collection<Route> routes) {
                if (!routes.isEmpty() && !stands.getAndSet(true)) {
                    CamelContext context = routes.iterator().next().getCamelContext();
                    VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
                    router.route().order(FIRST).handler(HttpGuard.this::check);
                    UploadBodies.allowOn(router, context.resolvePropertyPlaceholders("{{dromedary.data-dir}}/tmp"));
                    HttpErrors.answerOn(router);
                }
            }
        };
    }

    private void check(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        if (loopback && !isLocal(request)) {
            HttpErrors.answer(routing, 403, "This server answers only to this machine's own names");
        } else if (changes(request) && isCrossSite(request)) {
            HttpErrors.answer(routing, 403, "Requests of other web pages are refused");
        } else if (isLocked() && !isExempt(request) && !isKnown(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            routing.response().putHeader("WWW-Authenticate", "Basic realm=\"dromedary\", charset=\"UTF-8\"");
            HttpErrors.answer(routing, 401, "Not authenticated");
        } else {
            routing.next();
        }
    }

    private static boolean isLocal(HttpServerRequest request) {
        String host = request.getHeader(HttpHeaders.HOST);
        return host == null || LOCAL.contains(host.replaceFirst(":\\d+$", ""));
    }

    private static boolean changes(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }

    private static boolean isCrossSite(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin != null && !origin.replaceFirst("^https?://", "").equals(request.getHeader(HttpHeaders.HOST));
    }

    private static boolean isExempt(HttpServerRequest request) {
        String path = request.path();
        boolean here = request.remoteAddress() != null && ("127.0.0.1".equals(request.remoteAddress().hostAddress()) || "0:0:0:0:0:0:0:1".equals(request.remoteAddress().hostAddress()));
        return path.equals("/health") || path.startsWith(CALLBACK) && here;
    }

    /** Takes the same time for a wrong secret whatever it begins with. */
    private boolean isKnown(String authorization) {
        return authorization != null && (same(token, authorization) || same(basic, authorization));
    }

    private static boolean same(String secret, String given) {
        return !secret.isEmpty() && MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
