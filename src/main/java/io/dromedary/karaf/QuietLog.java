package io.dromedary.karaf;

import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What Karaf's log leaves out of the embedded broker, which tells each step of each session at INFO. It is one change of Karaf's own
 * configuration, as its {@code log:set} makes. A feature must not do it: Karaf then writes {@code etc/org.ops4j.pax.logging.cfg} on
 * two threads at once, and now and then nothing but the new lines is left of it.
 */
final class QuietLog {

    /** Finds the configuration of the log. */
    static final String FILTER = "(service.pid=org.ops4j.pax.logging)";
    private static final String PREFIX = "log4j2.logger.";
    private static final Map<String, String> LEVELS = new TreeMap<>(Map.of(
            "org.apache.activemq.artemis", "ERROR",
            "org.apache.activemq.audit", "OFF"));

    private QuietLog() {
    }

    /**
     * Adds the levels to a configuration of the log.
     *
     * @param configuration as Karaf has it; may be null
     * @return a copy with them, or nothing where all are set already, to whatever level, or where it is no configuration of Log4j 2
     */
    static Optional<Dictionary<String, Object>> added(Dictionary<String, Object> configuration) {
        if (configuration == null || configuration.get("log4j2.rootLogger.level") == null) {
            return Optional.empty();
        }
        Hashtable<String, Object> all = new Hashtable<>();
        Collections.list(configuration.keys()).forEach(key -> all.put(key, configuration.get(key)));
        int before = all.size();
        LEVELS.forEach((logger, level) -> {
            if (all.entrySet().stream().noneMatch(entry -> entry.getKey().startsWith(PREFIX) && logger.equals(entry.getValue()))) {
                String key = PREFIX + logger.replace('.', '_');
                all.put(key + ".name", logger);
                all.put(key + ".level", level);
            }
        });
        return all.size() == before ? Optional.empty() : Optional.of(all);
    }
}
