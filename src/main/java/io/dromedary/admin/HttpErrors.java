package io.dromedary.admin;

import java.util.List;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What the HTTP server says of its own accord, in the form in which the reference tells what is wrong: {@code {"detail": …}}. */
final class HttpErrors {

    private static final int LAST = Integer.MAX_VALUE;

    private HttpErrors() {
    }

    /**
     * Answers for paths and methods that nobody serves, and for requests that the server refuses before a route sees them. Camel mounts
     * its router below one of its own, which is why error handlers of the former are never asked.
     */
    static void answerOn(Router router) {
        router.route().order(LAST).handler(routing -> {
            List<Route> known = router.getRoutes().stream().filter(route -> route.methods() != null && matches(route, routing.normalizedPath())).toList();
            if (known.stream().anyMatch(route -> route.methods().contains(routing.request().method()))) {
                // Path and method fit: what does not is the type of the body.
                answer(routing, 415, "The body must be application/json, and the header Content-Type must say so");
            } else {
                answer(routing, known.isEmpty() ? 404 : 405, known.isEmpty() ? "Not Found" : "Method Not Allowed");
            }
        });
        router.route().order(Integer.MIN_VALUE + 2).failureHandler(routing -> {
            // Behind what a path has to say itself.
            switch (routing.statusCode()) {
                case 413 -> answer(routing, 413, "The body is larger than what this path takes");
                case 400 -> answer(routing, 400, "The request cannot be read");
                default -> routing.next();
            }
        });
    }

    private static boolean matches(Route route, String path) {
        if (route.getPath() != null && !route.isExactPath()) {
            return path.startsWith(route.getPath());
        }
        return route.getPath() != null && path.matches(("\\Q" + route.getPath() + "\\E").replaceAll(":\\w+", "\\\\E[^/]+\\\\Q").replaceAll("\\*\\\\E$", "\\\\E.*"));
    }

    /** Ends a request with a status and its reason. */
    static void answer(RoutingContext routing, int status, String detail) {
        routing.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(new JsonObject().put("detail", detail).encode());
    }
}
