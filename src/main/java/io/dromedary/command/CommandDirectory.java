package io.dromedary.command;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.dromedary.lazy.LazyRoutes;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The commands that can be called now: every route that begins with {@code direct:command/<petal>/<command>} and runs, or would when called. There
 * is no list to keep; a file is a command.
 */
final class CommandDirectory {

    private static final String FOLDER = "command/";
    private static final String PREFIX = "direct://" + FOLDER;
    /** One edit in so many letters of a command's own name is taken for a slip. */
    private static final int LETTERS_PER_SLIP = 4;
    private static final int OFFERS = 3;
    /** Exchanges of routes that one command waits for; each takes less than a second. */
    private static final int MOST_EXCHANGES = 10;

    private final CamelContext context;
    private final LazyRoutes lazy;
    private volatile Map<String, Route> known = Map.of();

    CommandDirectory(CamelContext context) {
        this.context = context;
        this.lazy = LazyRoutes.of(context);
    }

    /** The running route of a command, by its full name {@code petal/command}. */
    Optional<Route> find(String name) {
        Optional<Route> found = look(name);
        SwapGate gate = found.isPresent() ? null : context.getRegistry().findSingleByType(SwapGate.class);
        // It may have been out for an exchange that is over by now, and the next one may have begun: only a look without any counts.
        for (int turn = 0; gate != null && found.isEmpty() && turn < MOST_EXCHANGES; turn++) {
            int exchanges = gate.opened();
            found = look(name);
            if (gate.exchanges() == exchanges) {
                break;
            }
        }
        return found;
    }

    private Optional<Route> look(String name) {
        Route route = known.get(name);
        if (route == null || context.getRoute(route.getRouteId()) != route || !takesMessages(route)) {
            lazy.make(FOLDER + name);
            known = read();
            route = known.get(name);
        }
        return Optional.ofNullable(route).filter(this::isRunning);
    }

    /** A route that is being replaced only finishes what it has begun. */
    private static boolean takesMessages(Route route) {
        return !(route.getConsumer() instanceof StatefulService consumer) || consumer.isStarted();
    }

    private boolean isRunning(Route route) {
        return takesMessages(route) && context.getRouteController().getRouteStatus(route.getRouteId()).isStarted();
    }

    private Map<String, Route> read() {
        Map<String, Route> routes = new TreeMap<>();
        for (Route route : context.getRoutes()) {
            String uri = route.getEndpoint().getEndpointUri();
            if (uri.startsWith(PREFIX) && (takesMessages(route) || !routes.containsKey(name(uri)))) {
                routes.put(name(uri), route);
            }
        }
        return routes;
    }

    private static String name(String uri) {
        int query = uri.indexOf('?');
        return uri.substring(PREFIX.length(), query < 0 ? uri.length() : query);
    }

    /** Full names of all running commands of one petal, sorted. */
    List<String> commandsOf(String petal) {
        return names().stream().filter(name -> name.startsWith(petal + "/")).toList();
    }

    /** Full names of all running commands, sorted. */
    List<String> names() {
        Stream<String> made = read().entrySet().stream().filter(entry -> isRunning(entry.getValue())).map(Map.Entry::getKey);
        Stream<String> waiting = lazy.names().stream().filter(name -> name.startsWith(FOLDER)).map(name -> name.substring(FOLDER.length()));
        return Stream.concat(made, waiting).sorted().distinct().toList();
    }

    /** What the sender of an unknown name probably meant, nearest first. */
    List<String> near(String name) {
        LevenshteinDistance distance = new LevenshteinDistance(Math.max(1, name.substring(name.indexOf('/') + 1).length() / LETTERS_PER_SLIP));
        return names().stream().filter(candidate -> distance.apply(name, candidate) >= 0)
                .sorted(Comparator.comparing(candidate -> distance.apply(name, candidate))).limit(OFFERS).toList();
    }
}
