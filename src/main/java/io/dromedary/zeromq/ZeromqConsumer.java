package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
    private volatile CountDownLatch idle;

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
        idle = null;
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
        CountDownLatch worked = new CountDownLatch(1);
        idle = worked;
        workers.shutdown();
        // A route may go on with an exchange on a thread of its own.
        if (inFlight.get() > 0 && !worked.await(millis, TimeUnit.MILLISECONDS) || !workers.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
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
        Exchange exchange = createExchange(false);
        try {
            fill(exchange, message);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
        if (pattern.answers()) {
            RequestAnswer answer = new RequestAnswer(frames -> send(message, frames));
            exchange.setProperty(ZeromqConstants.ANSWER, answer);
            getAsyncProcessor().process(exchange, doneSync -> {
                report(exchange);
                answer(answer, exchange);
                ended(exchange);
            });
        } else {
            // One after the other, also where the route changes threads: what a publisher sends stays in order.
            run(exchange);
            ended(exchange);
        }
    }

    private void ended(Exchange exchange) {
        releaseExchange(exchange, false);
        int left = inFlight.decrementAndGet();
        resumeWhenThereIsRoom();
        CountDownLatch stopping = idle;
        if (left == 0 && stopping != null) {
            stopping.countDown();
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
        report(exchange);
    }

    private void report(Exchange exchange) {
        if (exchange.getException() != null) {
            getExceptionHandler().handleException("Message from " + endpoint.getEndpointUri() + " failed", exchange, exchange.getException());
        }
    }

    /** Every request is answered, a failed one with the text of its failure: its sender would wait for ever otherwise. */
    private void answer(RequestAnswer answer, Exchange exchange) {
        try {
            if (!answer.isSent()) {
                answer.send(content(exchange));
            }
        } catch (IOException e) {
            getExceptionHandler().handleException("The answer could not be sent", exchange, e);
        }
    }

    private void send(InboundMessage request, List<byte[]> frames) throws IOException {
        if (!loop.send(Envelopes.answer(request, frames), endpoint.getConfiguration().getSendTimeout())) {
            throw new IOException("No room in the queue of " + endpoint.getEndpointUri());
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
