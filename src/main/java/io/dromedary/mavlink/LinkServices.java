package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the users of a link share beside the link itself, one of a type. */
final class LinkServices {

    private static final Logger LOG = LoggerFactory.getLogger(LinkServices.class);

    private final Map<Class<?>, Object> services = new LinkedHashMap<>();

    synchronized <T> T get(Class<T> type, Supplier<T> factory) {
        Object service = services.get(type);
        if (service == null) {
            service = factory.get();
            services.put(type, service);
        }
        return type.cast(service);
    }

    synchronized void close() {
        for (Object service : services.values()) {
            if (service instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    LOG.warn("Closing {}: {}", service, e.toString());
                }
            }
        }
        services.clear();
    }
}
