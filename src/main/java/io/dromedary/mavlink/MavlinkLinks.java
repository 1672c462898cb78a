package io.dromedary.mavlink;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The links of one application: endpoints that name the same addresses share one link, and the last to let go closes it. */
public final class MavlinkLinks {

    private static final Logger LOG = LoggerFactory.getLogger(MavlinkLinks.class);
    private static final long WANTED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<List<LinkAddress>, Shared> links = new HashMap<>();
    private final Map<List<LinkAddress>, Failure> failures = new HashMap<>();
    private final BiFunction<String, Runnable, Thread> threads;
    private final LongSupplier nanos;

    private record Failure(String why, long nanos) {
    }

    private static final class Shared {

        private final MavlinkLink link;
        private int users;

        Shared(MavlinkLink link) {
            this.link = link;
        }
    }

    /** Links whose threads are made from a name and a task by the caller, not started. */
    public MavlinkLinks(BiFunction<String, Runnable, Thread> threads) {
        this(threads, System::nanoTime);
    }

    MavlinkLinks(BiFunction<String, Runnable, Thread> threads, LongSupplier nanos) {
        this.threads = threads;
        this.nanos = nanos;
    }

    /**
     * The link with these addresses, opened when nobody uses it yet.
     *
     * @throws IOException              when it cannot be opened
     * @throws IllegalArgumentException when it is open with other settings
     */
    public synchronized MavlinkLink acquire(LinkSettings settings) throws IOException {
        Shared shared = links.get(settings.addresses());
        if (shared == null) {
            shared = new Shared(open(settings));
            links.put(settings.addresses(), shared);
        } else if (!shared.link.settings().equals(settings)) {
            throw new IllegalArgumentException("The MAVLink link " + shared.link.settings() + " is already open; it cannot be " + settings
                    + " or have another heartbeat, timeout, dialect or key at the same time");
        }
        shared.users++;
        return shared.link;
    }

    private MavlinkLink open(LinkSettings settings) throws IOException {
        try {
            MavlinkLink link = MavlinkLink.open(settings, threads);
            if (failures.remove(settings.addresses()) != null) {
                LOG.info("MAVLink is open on {}", settings.addresses());
            }
            return link;
        } catch (IOException e) {
            forget();
            if (failures.put(settings.addresses(), new Failure(e.getMessage(), nanos.getAsLong())) == null) {
                LOG.warn("No MAVLink: {}; tried again whenever it is needed", e.getMessage());
            }
            throw e;
        }
    }

    /** Why links are not open that somebody asked for within the last minute. */
    public synchronized List<String> failures() {
        forget();
        return failures.values().stream().map(Failure::why).toList();
    }

    /** Who wants a link asks for it every few seconds. */
    private void forget() {
        failures.values().removeIf(failure -> nanos.getAsLong() - failure.nanos > WANTED_NANOS);
    }

    /** The links that are open. */
    public synchronized List<MavlinkLink> open() {
        return links.values().stream().map(shared -> shared.link).toList();
    }

    /** Ends one use of a link. */
    public synchronized void release(MavlinkLink link) {
        Shared shared = links.get(link.settings().addresses());
        if (shared != null && shared.link == link && --shared.users == 0) {
            links.remove(link.settings().addresses());
            link.close();
        }
    }
}
