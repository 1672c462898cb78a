package io.dromedary.cli;

import java.util.List;
import java.util.Map;

import io.dromedary.embedded.StartRefused;

/** Which of the interchangeable route files attach the flows to the bus, to Redis and to the vehicle; see {@code flows.properties}. */
final class Attachments {

    /** Attaches the bus straight to a broker; the name of its route file and of the service it needs. */
    private static final String BROKER = "broker";
    /** Attaches the bus behind the HTTP client process of the reference. */
    private static final String CLIENT_PROCESS = "client-process";
    /** The paths of the reference's callback, which {@link #CLIENT_PROCESS} has by itself. */
    private static final String CALLBACK = "proxies/callback";
    /** Attaches it to the broker together with other instances. */
    private static final String FLEET = "fleet";
    /** Attaches it to nothing: the broker's address is set to the empty text. */
    private static final String NONE = "none";
    /** Attaches what needs a vehicle to the MAVLink link. */
    private static final String LINK = "link";
    /** What only a vehicle can carry out; left out without one. */
    private static final String VEHICLE_COMMANDS = "proxies/vehicle,commands/petal-user-journey-coordinator/*";

    private Attachments() {
    }

    /**
     * The placeholders of {@code flows.properties}.
     *
     * @param simulate whether there is a vehicle without an address of its own
     */
    static Map<String, String> of(Settings settings, boolean simulate) {
        String bus = bus(settings);
        boolean vehicle = simulate || !settings.isAbsent("PETAL_MAVLINK_ENDPOINT");
        return Map.of("bus.attachment", bus, "bus.callback", bus.equals(BROKER) || bus.equals(FLEET) ? CALLBACK : "",
                "bus.redis", bus.equals(FLEET) ? "proxies/redis," : "", "redis.channels", redisChannels(settings),
                "vehicle.attachment", vehicle ? LINK : NONE, "vehicle.commands", vehicle ? VEHICLE_COMMANDS : "");
    }

    /** Route files that listen to Redis; none without it, and none over a UNIX socket, which the library of subscriptions has not. */
    private static String redisChannels(Settings settings) {
        return settings.isAbsent("PETAL_REDIS_HOST") || settings.value("PETAL_REDIS_UNIX_SOCKET_PATH").isPresent() ? "" : "flight-log-redis/*";
    }

    private static String bus(Settings settings) {
        boolean client = settings.value("PETAL_TS_CLIENT_HOST").isPresent() || settings.value("PETAL_TS_CLIENT_PORT").isPresent();
        if (client && !settings.isSet("DROMEDARY_MQTT_URL")) {
            return CLIENT_PROCESS;
        }
        if (settings.value("DROMEDARY_FLEET_GROUP").isPresent()) {
            return fleet(settings);
        }
        return settings.isAbsent("DROMEDARY_MQTT_URL") ? NONE : BROKER;
    }

    /** An embedded Redis would be another one for each instance. */
    private static String fleet(Settings settings) {
        if (List.of("PETAL_REDIS_HOST", "PETAL_REDIS_UNIX_SOCKET_PATH", "DROMEDARY_REDIS_SENTINELS", "DROMEDARY_REDIS_CLUSTER").stream()
                .noneMatch(name -> settings.value(name).isPresent())) {
            throw new StartRefused("PETAL_REDIS_HOST is missing; DROMEDARY_FLEET_GROUP needs a Redis that all instances share.");
        }
        return FLEET;
    }
}
