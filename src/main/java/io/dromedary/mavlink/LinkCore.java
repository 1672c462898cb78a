package io.dromedary.mavlink;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** What happens to a frame: signature check, learning of routes, forwarding, delivery; and the way of ours out. */
final class LinkCore implements Port.Owner {

    private static final int HEARTBEAT = 0;
    private static final int RADIO_STATUS = 109;
    private static final int SETUP_SIGNING = 256;

    private final LinkSettings settings;
    private final MavlinkSigning signing;
    private final BiFunction<String, Runnable, Thread> threads;
    private final Vehicles vehicles;
    private final FrameSink delivery;
    private final Routes routes = new Routes();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Set<FrameParser> parsers = ConcurrentHashMap.newKeySet();
    private final Object receiving = new Object();

    private final AtomicLong unsigned = new AtomicLong();
    private final AtomicLong badSignatures = new AtomicLong();
    private final AtomicLong replays = new AtomicLong();
    private final AtomicLong ownIds = new AtomicLong();
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong retiredErrors = new AtomicLong();
    private final AtomicLong retiredIncompatible = new AtomicLong();
    private final AtomicLong retiredSkipped = new AtomicLong();
    private final AtomicLong retiredSent = new AtomicLong();
    private final AtomicLong retiredDropped = new AtomicLong();

    LinkCore(LinkSettings settings, MavlinkSigning signing, BiFunction<String, Runnable, Thread> threads, Vehicles vehicles,
             FrameSink delivery) {
        this.settings = settings;
        this.signing = signing;
        this.threads = threads;
        this.vehicles = vehicles;
        this.delivery = delivery;
    }

    @Override
    public LinkSettings settings() {
        return settings;
    }

    @Override
    public MavlinkSigning signing() {
        return signing;
    }

    @Override
    public Thread thread(String name, Runnable task) {
        return threads.apply(name, task);
    }

    @Override
    public void opened(Channel channel) {
        channels.add(channel);
    }

    @Override
    public void closed(Channel channel) {
        if (channels.remove(channel)) {
            routes.remove(channel);
            retiredSent.addAndGet(channel.sent());
            retiredDropped.addAndGet(channel.dropped());
        }
    }

    @Override
    public FrameParser parser(FrameSink sink) {
        FrameParser parser = new FrameParser(settings.dialect(), sink);
        parsers.add(parser);
        return parser;
    }

    @Override
    public void retired(FrameParser parser) {
        if (parsers.remove(parser)) {
            retiredErrors.addAndGet(parser.checksumErrors());
            retiredIncompatible.addAndGet(parser.incompatibleFrames());
            retiredSkipped.addAndGet(parser.skippedBytes());
        }
    }

    @Override
    public void frame(Channel from, MavlinkFrame frame) {
        // One frame at a time, so that listeners need no locks of their own.
        synchronized (receiving) {
            if (!isLetIn(frame)) {
                return;
            }
            if (frame.systemId() == settings.systemId() && frame.componentId() == settings.componentId()) {
                ownIds.incrementAndGet();
                return;
            }
            long now = System.nanoTime();
            from.heard(frame, now);
            boolean conflict = routes.heard(from, frame, now);
            if (frame.messageId() == HEARTBEAT) {
                vehicles.heartbeat(frame, now);
                if (conflict) {
                    vehicles.conflict(frame.systemId(), frame.componentId());
                }
            }
            if (settings.forward() && frame.messageId() != SETUP_SIGNING) {
                forward(from, frame);
            }
            if (isForUs(frame)) {
                delivery.frame(frame);
            }
        }
    }

    private boolean isLetIn(MavlinkFrame frame) {
        if (settings.signing() == LinkSettings.SigningPolicy.OFF || frame.messageId() == RADIO_STATUS) {
            return true;
        }
        return switch (signing.verify(frame)) {
            case GOOD -> true;
            case UNSIGNED -> settings.signing() == LinkSettings.SigningPolicy.ACCEPT || refuse(unsigned);
            case BAD_SIGNATURE -> refuse(badSignatures);
            case REPLAY -> refuse(replays);
        };
    }

    private static boolean refuse(AtomicLong counter) {
        counter.incrementAndGet();
        return false;
    }

    private boolean isForUs(MavlinkFrame frame) {
        int system = frame.targetSystem();
        int component = frame.targetComponent();
        return system == 0 || system == settings.systemId() && (component == 0 || component == settings.componentId());
    }

    private void forward(Channel from, MavlinkFrame frame) {
        int system = frame.targetSystem();
        int component = frame.targetComponent();
        boolean broadcast = system == 0;
        if (!broadcast && system == settings.systemId() && component == settings.componentId()) {
            return;
        }
        for (Channel channel : broadcast ? channels : routes.to(system, component)) {
            if (channel != from && (!broadcast || channel.carriesBroadcasts()) && channel.forward(frame)) {
                forwarded.incrementAndGet();
            }
        }
    }

    boolean send(MavlinkMessage message) {
        MessageDefinition definition = message.definition();
        int system = definition.targetSystemOffset() < 0 ? 0 : message.payload()[definition.targetSystemOffset()] & 0xFF;
        int component = definition.targetComponentOffset() < 0 ? 0 : message.payload()[definition.targetComponentOffset()] & 0xFF;
        boolean done = false;
        for (Channel channel : to(system, component)) {
            done |= (system != 0 || channel.carriesBroadcasts()) && channel.send(message);
        }
        return done;
    }

    boolean sendFtp(int system, int component, byte[] ftp, int from, int length) {
        boolean done = false;
        for (Channel channel : to(system, component)) {
            done |= channel.sendFtp(system, component, ftp, from, length);
        }
        return done;
    }

    /** The channels behind which a target was heard; all of them for everybody and for targets not heard yet. */
    private List<Channel> to(int system, int component) {
        if (system != 0) {
            List<Channel> known = routes.to(system, component);
            if (known.isEmpty() && component != 0) {
                known = routes.to(system, 0);
            }
            if (!known.isEmpty()) {
                return known;
            }
        }
        return channels;
    }

    void expire(long now) {
        routes.expire(now);
    }

    boolean hasChannels() {
        return !channels.isEmpty();
    }

    LinkStatistics statistics() {
        long errors = retiredErrors.get();
        long incompatible = retiredIncompatible.get();
        long skipped = retiredSkipped.get();
        for (FrameParser parser : parsers) {
            errors += parser.checksumErrors();
            incompatible += parser.incompatibleFrames();
            skipped += parser.skippedBytes();
        }
        long sent = retiredSent.get();
        long dropped = retiredDropped.get();
        for (Channel channel : channels) {
            sent += channel.sent();
            dropped += channel.dropped();
        }
        return new LinkStatistics(routes.received(), routes.lost(), errors, incompatible, skipped, unsigned.get(), badSignatures.get(),
                replays.get(), ownIds.get(), sent, dropped, forwarded.get());
    }
}
