package io.dromedary.zeromq;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.support.DefaultProducer;

/** Sends requests and waits for their answers: REQ and DEALER. DEALER in an InOnly exchange waits for none. */
public class ZeromqRequestProducer extends DefaultProducer {

    private final ZeromqEndpoint endpoint;
    private RequestClient client;
    private ZeromqHealthCheck health;

    public ZeromqRequestProducer(ZeromqEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        client = new RequestClient(endpoint.threadName(), endpoint.opener(), endpoint.settings());
        client.start();
        health = ZeromqHealthCheck.register(endpoint, client.loop());
    }

    @Override
    protected void doStop() throws Exception {
        if (client != null) {
            health.unregister();
            client.close();
            client = null;
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        List<byte[]> frames = endpoint.frames(exchange.getMessage());
        if (!exchange.getPattern().isOutCapable() && SocketPattern.of(endpoint.getPattern()) == SocketPattern.DEALER) {
            if (!client.tell(frames, endpoint.getConfiguration().getSendTimeout())) {
                throw new IOException("No room in the queue of " + endpoint.getEndpointUri());
            }
            return;
        }
        exchange.getMessage().setBody(endpoint.body(answer(exchange, frames)));
    }

    private List<byte[]> answer(Exchange exchange, List<byte[]> frames) throws Exception {
        Duration limit = endpoint.getConfiguration().getRequestTimeout();
        try {
            // The client keeps the limit; the second one only covers a client that died.
            return client.ask(frames, limit).get(limit.toMillis() + 5_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new ExchangeTimedOutException(exchange, limit.toMillis());
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
