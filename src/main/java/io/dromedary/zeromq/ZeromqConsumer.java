package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/**
 * Takes messages: SUB, PULL, REP and ROUTER. The socket's thread only hands them on; workers run the route, so that a slow message
 * delays no other socket work. When all workers are busy and the queue is full, the peers are made to wait.
 */
public class ZeromqConsumer extends DefaultConsumer {

    private final ZeromqEndpoint endpoint;
    private final SocketPattern pattern;
    private final AtomicInteger inFlight = new AtomicInteger();
    private ExecutorService workers;
    private SocketLoop loop;
    private ZeromqHealthCheck health;
    private int limit;

    public ZeromqConsumer(ZeromqEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.pattern = SocketPattern.of(endpoint.getPattern());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        int threads = endpoint.getConfiguration().workersFor(pattern);
        limit = endpoint.getConfiguration().getQueueSize();
        workers = endpoint.getCamelContext().getExecutorServiceManager().newFixedThreadPool(this, endpoint.threadName() + "-worker", threads);
        loop = new SocketLoop(endpoint.threadName(), endpoint.opener(), endpoint.settings(), this::received);
        try {
            loop.start();
        } catch (IOException e) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(workers);
            throw e;
        }
        health = ZeromqHealthCheck.register(endpoint, loop);
    }

    /** What has arrived is still worked on and answered, within the time that Camel gives routes to shut down. */
    @Override
    protected void doStop() throws Exception {
        if (loop != null) {
            health.unregister();
            long millis = endpoint.getCamelContext().getShutdownStrategy().getTimeUnit()
                    .toMillis(endpoint.getCamelContext().getShutdownStrategy().getTimeout());
            if (pattern == SocketPattern.PULL) {
                loop.stop(endpoint.getConfiguration().getLinger());
                awaitWorkers(millis);
            } else {
                loop.refuse();
                awaitWorkers(millis);
                loop.stop(endpoint.getConfiguration().getLinger());
            }
            loop = null;
        }
        super.doStop();
    }

    private void awaitWorkers(long millis) throws InterruptedException {
        workers.shutdown();
        if (!workers.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(workers);
        }
    }

    /** The addresses this consumer is bound or connected to, with the real port where a free one was asked for. */
    public List<String> endpoints() {
        return loop.endpoints();
    }

    /** Messages taken and not yet worked off. */
    int inFlight() {
        return inFlight.get();
    }

    /** On the socket's thread. */
    private void received(InboundMessage message) {
        if (inFlight.incrementAndGet() >= limit) {
            loop.pause(true);
            resumeWhenThereIsRoom();
        }
        workers.execute(() -> work(message));
    }

    private void resumeWhenThereIsRoom() {
        SocketLoop current = loop;
        if (current != null && inFlight.get() <= limit / 2) {
            current.pause(false);
        }
    }

    private void work(InboundMessage message) {
        try {
            Exchange exchange = createExchange(false);
            try {
                fill(exchange, message);
                run(exchange);
                if (pattern.answers()) {
                    answer(message, exchange);
                }
            } finally {
                releaseExchange(exchange, false);
            }
        } finally {
            inFlight.decrementAndGet();
            resumeWhenThereIsRoom();
        }
    }

    private void fill(Exchange exchange, InboundMessage message) {
        exchange.setPattern(pattern.answers() ? ExchangePattern.InOut : ExchangePattern.InOnly);
        exchange.getMessage().setBody(endpoint.body(message.frames()));
        exchange.getMessage().setHeader(ZeromqConstants.FRAME_COUNT, message.frames().size());
        if (message.peerAddress() != null) {
            exchange.getMessage().setHeader(ZeromqConstants.PEER_ADDRESS, message.peerAddress());
        }
        if (pattern.answers()) {
            exchange.getMessage().setHeader(ZeromqConstants.ROUTING_ID, message.envelope().get(0));
        }
    }

    private void run(Exchange exchange) {
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            getExceptionHandler().handleException("Message from " + endpoint.getEndpointUri() + " failed", exchange, exchange.getException());
        }
    }

    /** Every request is answered, a failed one with the text of its failure: its sender would wait for ever otherwise. */
    private void answer(InboundMessage message, Exchange exchange) {
        try {
            if (!loop.send(Envelopes.answer(message, content(exchange)), endpoint.getConfiguration().getSendTimeout())) {
                throw new IOException("No room in the queue of " + endpoint.getEndpointUri());
            }
        } catch (Exception e) {
            getExceptionHandler().handleException("The answer could not be sent", exchange, e);
        }
    }

    private List<byte[]> content(Exchange exchange) {
        if (exchange.getException() != null) {
            return failed(exchange.getException());
        }
        try {
            return endpoint.frames(exchange.getMessage());
        } catch (InvalidPayloadException | RuntimeException e) {
            getExceptionHandler().handleException("The route's result is no ZeroMQ message", exchange, e);
            return failed(e);
        }
    }

    private static List<byte[]> failed(Exception failure) {
        return List.of(("ERROR " + failure.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
}
