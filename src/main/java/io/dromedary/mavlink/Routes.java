package io.dromedary.mavlink;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Learns through which channels each component was heard, counts what was lost on the way, and notices two vehicles with the same ids.
 * Silent paths are forgotten, so that a vehicle that comes back from another port is answered there.
 */
final class Routes {

    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Heartbeats that jump between two paths so often are two vehicles; one that restarted jumps once. */
    private static final int JUMPS_OF_A_CONFLICT = 4;

    private static final int HEARTBEAT = 0;

    private final Route[][] table = new Route[256][];
    private long received;
    private long lost;

    private static final class Path {

        private final Channel channel;
        private long lastHeard;
        private int lastSequence = -1;

        Path(Channel channel) {
            this.channel = channel;
        }
    }

    private static final class Route {

        private final List<Path> paths = new ArrayList<>(1);
        private Channel lastBeatFrom;
        private int lastBeatSequence;
        private int jumps;
        private boolean conflict;

        Path path(Channel channel) {
            for (Path path : paths) {
                if (path.channel == channel) {
                    return path;
                }
            }
            Path path = new Path(channel);
            paths.add(path);
            return path;
        }

        void drop(int index) {
            paths.remove(index);
            conflict &= paths.size() > 1;
            jumps = 0;
        }
    }

    /**
     * Notes a frame.
     *
     * @return true when it shows that two vehicles use the same ids; once per conflict
     */
    synchronized boolean heard(Channel channel, MavlinkFrame frame, long now) {
        route(frame.systemId(), 0).path(channel).lastHeard = now;
        Route route = route(frame.systemId(), frame.componentId());
        Path path = route.path(channel);
        path.lastHeard = now;
        count(path, frame.sequence());
        if (frame.messageId() != HEARTBEAT || !isNewConflict(route, channel, frame.sequence())) {
            return false;
        }
        route(frame.systemId(), 0).conflict = true;
        return true;
    }

    private Route route(int systemId, int componentId) {
        Route[] components = table[systemId];
        if (components == null) {
            components = new Route[256];
            table[systemId] = components;
        }
        Route route = components[componentId];
        if (route == null) {
            route = new Route();
            components[componentId] = route;
        }
        return route;
    }

    private void count(Path path, int sequence) {
        int gap = path.lastSequence < 0 ? 0 : sequence - path.lastSequence - 1 & 0xFF;
        path.lastSequence = sequence;
        received++;
        // More than half a round is not a gap: a repeated or overtaken frame, or a restart.
        lost += gap < 128 ? gap : 0;
    }

    private static boolean isNewConflict(Route route, Channel channel, int sequence) {
        if (route.lastBeatFrom != null && route.lastBeatFrom != channel) {
            // The same heartbeat over two paths is one vehicle with redundant links.
            route.jumps = sequence == route.lastBeatSequence ? 0 : route.jumps + 1;
        }
        route.lastBeatFrom = channel;
        route.lastBeatSequence = sequence;
        if (route.conflict || route.jumps < JUMPS_OF_A_CONFLICT) {
            return false;
        }
        route.conflict = true;
        return true;
    }

    /** The channels to a component, or to a system when the component is 0; with a conflict only the first. */
    synchronized List<Channel> to(int systemId, int componentId) {
        Route[] components = table[systemId & 0xFF];
        Route route = components == null ? null : components[componentId & 0xFF];
        List<Channel> channels = new ArrayList<>(1);
        if (route != null) {
            for (Path path : route.paths) {
                channels.add(path.channel);
                if (route.conflict) {
                    break;
                }
            }
        }
        return channels;
    }

    synchronized void expire(long now) {
        for (Route route : routes()) {
            // The last path stays: better an old address than none.
            for (int n = route.paths.size() - 1; n >= 0 && route.paths.size() > 1; n--) {
                if (now - route.paths.get(n).lastHeard > FORGET_NANOS) {
                    route.drop(n);
                }
            }
        }
    }

    synchronized void remove(Channel channel) {
        for (Route route : routes()) {
            for (int n = route.paths.size() - 1; n >= 0; n--) {
                if (route.paths.get(n).channel == channel) {
                    route.drop(n);
                }
            }
        }
    }

    private List<Route> routes() {
        List<Route> all = new ArrayList<>();
        for (Route[] components : table) {
            for (int n = 0; components != null && n < components.length; n++) {
                if (components[n] != null) {
                    all.add(components[n]);
                }
            }
        }
        return all;
    }

    synchronized long received() {
        return received;
    }

    synchronized long lost() {
        return lost;
    }
}
