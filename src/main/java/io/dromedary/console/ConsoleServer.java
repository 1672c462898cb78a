package io.dromedary.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.MimeMapping;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BasicAuthHandler;
import io.vertx.ext.web.handler.BodyHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hawtio below {@code /hawtio}: its static pages, the few questions they ask of their server, and Jolokia at {@code
 * /hawtio/jolokia}. One login stands before all of it. A page of another site cannot use the login that a browser remembers:
 * requests whose Origin is not this server are refused.
 */
final class ConsoleServer implements AutoCloseable {

    private static final String PATH = "/hawtio";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final String REALM = "Dromedary";
    private static final String PAGES = "hawtio-static";
    private static final long MAX_REQUEST_BYTES = 1 << 20;
    /** What the pages ask of their server, and the answers that fit a server which asks for the login itself. */
    private static final Map<String, String> ANSWERS = Map.of(
            "/auth/config", "[]",
            "/auth/config/session-timeout", "{\"timeout\": 0}",
            "/plugin", "[]",
            "/preset-connections", "[]",
            "/proxy/enabled", "false",
            "/keycloak/enabled", "false",
            "/oidc/enabled", "false");

    private final Router router;
    private final ConsoleLogin login;
    private final List<Route> routes = new ArrayList<>();
    private final ConsoleJolokia jolokia = new ConsoleJolokia();

    ConsoleServer(Router router, ConsoleLogin login) {
        this.router = router;
        this.login = login;
    }

    void open() {
        jolokia.start();
        AuthenticationProvider users = new Users(login);
        add(router.route(PATH + "*").handler(ConsoleServer::refuseOtherSites));
        add(router.route(PATH + "*").handler(BasicAuthHandler.create(users, REALM)).failureHandler(ConsoleServer::refuse));
        add(router.route(PATH + "/user").handler(context -> json(context, Json.encode(context.user().subject()))));
        ANSWERS.forEach((path, answer) -> add(router.get(PATH + path).handler(context -> json(context, answer))));
        // Reading an attribute may take its time; that must not hold up health and metrics.
        add(router.post(PATH + "/jolokia*").handler(BodyHandler.create(false).setBodyLimit(MAX_REQUEST_BYTES)));
        add(router.route(PATH + "/jolokia*").blockingHandler(jolokia::answer, false));
        // Browsers ask for it whatever the page says.
        add(router.get("/favicon.ico").handler(context -> context.redirect(PATH + "/favicon.ico")));
        add(router.get(PATH + "*").blockingHandler(ConsoleServer::page, false));
    }

    private void add(Route route) {
        routes.add(route);
    }

    private static void refuseOtherSites(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader("Origin");
        if (origin != null && !sameServer(origin, request.authority())) {
            context.response().setStatusCode(403).end("Requests of other sites are refused.");
        } else {
            context.next();
        }
    }

    private static boolean sameServer(String origin, HostAndPort asked) {
        try {
            URI page = URI.create(origin);
            return asked != null && asked.host().equals(page.getHost()) && asked.port() == page.getPort();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Says what went wrong by its number only; a missing or wrong login is nothing to log. */
    private static void refuse(RoutingContext context) {
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        if (status == 500) {
            LOG.warn("The console failed at {}", context.normalizedPath(), context.failure());
        }
        if (status == 401) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"" + REALM + "\"");
        }
        if (!context.response().ended()) {
            context.response().setStatusCode(status).end();
        }
    }

    private static void json(RoutingContext context, String answer) {
        context.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(answer);
    }

    /** A file of Hawtio; a path without a dot is a place inside it, which its one page finds by itself. */
    private static void page(RoutingContext context) {
        String path = context.normalizedPath().substring(PATH.length());
        String file = path.contains(".") ? path : "/index.html";
        try (InputStream in = ConsoleServer.class.getClassLoader().getResourceAsStream(PAGES + file)) {
            if (in == null || context.request().method() != HttpMethod.GET) {
                context.response().setStatusCode(404).end();
                return;
            }
            String type = MimeMapping.getMimeTypeForFilename(file);
            // Its scripts have a digest in their names, the rest may change with an upgrade.
            context.response().putHeader("Content-Type", type == null ? "application/octet-stream" : type)
                    .putHeader("Cache-Control", file.startsWith("/static/") ? "private, max-age=604800" : "no-cache")
                    .putHeader("X-Content-Type-Options", "nosniff").putHeader("X-Frame-Options", "DENY")
                    .end(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            context.fail(e);
        }
    }

    @Override
    public void close() {
        routes.forEach(Route::remove);
        routes.clear();
        jolokia.close();
    }

    /** Checks a login for Vert.x. */
    private record Users(ConsoleLogin login) implements AuthenticationProvider {

        @Override
        public void authenticate(JsonObject credentials, io.vertx.core.Handler<io.vertx.core.AsyncResult<User>> result) {
            UsernamePasswordCredentials given = new UsernamePasswordCredentials(credentials);
            boolean right = given.getPassword() != null && login.accepts(given.getUsername(), given.getPassword());
            result.handle(right ? Future.succeededFuture(User.fromName(given.getUsername())) : Future.failedFuture("wrong user or password"));
        }
    }
}
