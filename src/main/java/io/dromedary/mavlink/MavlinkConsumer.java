package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands messages or events of vehicles to a route, one at a time and in order, on a thread of its own: a slow route never stalls
 * the link.
 */
public class MavlinkConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(MavlinkConsumer.class);
    private static final long POLL_MILLIS = 250;

    private final MavlinkEndpoint endpoint;
    private final StatusTexts texts = new StatusTexts();
    private MavlinkLink link;
    private ExecutorService worker;
    private FrameQueue frames;
    private BlockingQueue<VehicleEvent> events;
    private MavlinkLink.Subscription subscription;

    MavlinkConsumer(MavlinkEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        link = endpoint.getComponent().acquire(endpoint.getConfiguration());
        try {
            subscribe(endpoint.getConfiguration());
        } catch (RuntimeException e) {
            // A consumer that did not start is not stopped either.
            releaseLink();
            throw e;
        }
        worker = getEndpoint().getCamelContext().getExecutorServiceManager()
                .newSingleThreadExecutor(this, "mavlink-" + endpoint.getOperation());
        worker.execute(this::run);
    }

    private void subscribe(MavlinkConfiguration configuration) {
        if (MavlinkEndpoint.EVENTS.equals(endpoint.getOperation())) {
            events = new LinkedBlockingQueue<>(configuration.getQueueSize());
            subscription = link.subscribeVehicles(this::enqueue);
            greet();
        } else {
            frames = link.queue(filter(configuration), configuration.getQueueSize());
        }
    }

    private MessageFilter filter(MavlinkConfiguration configuration) {
        String messages = configuration.getMessages() == null ? MessageFilter.ALL : configuration.getMessages();
        MessageFilter filter = MessageFilter.of(link.dialect(), messages)
                .from(configuration.getFromSystem(), configuration.getFromComponent());
        if (configuration.isChangesOnly()) {
            filter.changesOnly(configuration.getUnchangedPeriod(), Set.of(configuration.getIgnoredFields().split("[, ]+")));
        }
        return filter;
    }

    /** Vehicles that were found before this route started are news to it. */
    private void greet() {
        for (Vehicle vehicle : link.vehicles()) {
            boolean told = events.stream().anyMatch(e -> e.vehicle().systemId() == vehicle.systemId()
                    && e.vehicle().componentId() == vehicle.componentId());
            if (vehicle.present() && !told) {
                enqueue(new VehicleEvent(VehicleEvent.Kind.DISCOVERED, vehicle, 0));
            }
        }
    }

    private void enqueue(VehicleEvent event) {
        MavlinkConfiguration configuration = endpoint.getConfiguration();
        int system = configuration.getFromSystem();
        int component = configuration.getFromComponent();
        if ((system == 0 || system == event.vehicle().systemId()) && (component == 0 || component == event.vehicle().componentId())
                && !events.offer(event)) {
            LOG.warn("The route takes vehicle events too slowly: dropped {}", event);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        if (frames != null) {
            frames.close();
        }
        if (worker != null) {
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(worker);
            worker = null;
        }
        releaseLink();
        super.doStop();
    }

    private void releaseLink() {
        if (link != null) {
            endpoint.getComponent().release(link);
            link = null;
        }
    }

    private void run() {
        long reported = 0;
        while (isRunAllowed() && !isStoppingOrStopped()) {
            try {
                if (events != null) {
                    VehicleEvent event = events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    if (event != null) {
                        process(exchange(event));
                    }
                } else {
                    MavlinkFrame frame = frames.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    take(frame);
                    reported = reportDrops(reported);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** A frame, or null when none came. A text of which a part was lost is looked for afterwards, as the frame may be that part. */
    private void take(MavlinkFrame frame) {
        long now = System.nanoTime();
        if (frame != null && StatusTexts.isChunk(frame)) {
            texts.add(frame, now).forEach(text -> process(exchange(text)));
        } else if (frame != null) {
            process(exchange(frame));
        }
        texts.overdue(now).forEach(text -> process(exchange(text)));
    }

    /** Says once that the route is too slow, and again each time the number has doubled. */
    private long reportDrops(long reported) {
        long dropped = frames.dropped();
        if (dropped == 0 || dropped < reported * 2) {
            return reported;
        }
        LOG.warn("The route takes messages too slowly: {} dropped so far", dropped);
        return dropped;
    }

    private void process(Exchange exchange) {
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        } finally {
            if (exchange.getException() != null) {
                getExceptionHandler().handleException("A message of a vehicle was not processed", exchange, exchange.getException());
            }
            releaseExchange(exchange, false);
        }
    }

    private Exchange exchange(MavlinkFrame frame) {
        Exchange exchange = createExchange(false);
        Message message = exchange.getMessage();
        boolean known = frame.definition() != null;
        message.setHeader(MavlinkConstants.MESSAGE, known ? frame.definition().name() : String.valueOf(frame.messageId()));
        message.setHeader(MavlinkConstants.MESSAGE_ID, frame.messageId());
        message.setHeader(MavlinkConstants.SYSTEM_ID, frame.systemId());
        message.setHeader(MavlinkConstants.COMPONENT_ID, frame.componentId());
        message.setHeader(MavlinkConstants.SEQUENCE, frame.sequence());
        message.setBody(known ? frame.message().toMap() : Map.of("payload", frame.payload()));
        return exchange;
    }

    private Exchange exchange(StatusTexts.Joined text) {
        Exchange exchange = exchange(text.frame());
        Map<String, Object> body = new LinkedHashMap<>(text.frame().message().toMap());
        body.put("text", text.text());
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private Exchange exchange(VehicleEvent event) {
        Exchange exchange = createExchange(false);
        Message message = exchange.getMessage();
        message.setHeader(MavlinkConstants.EVENT, event.kind().name());
        message.setHeader(MavlinkConstants.SYSTEM_ID, event.vehicle().systemId());
        message.setHeader(MavlinkConstants.COMPONENT_ID, event.vehicle().componentId());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("event", event.kind().name());
        body.put("silence_ms", event.silence());
        body.putAll(event.vehicle().toMap());
        message.setBody(body);
        return exchange;
    }
}
