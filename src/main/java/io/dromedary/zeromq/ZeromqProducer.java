package io.dromedary.zeromq;

import java.io.IOException;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Sends messages that nobody answers: PUB and PUSH. Returns as soon as the socket has the message or it is queued for the socket's thread.
 * A list of lists is several messages.
 */
public class ZeromqProducer extends DefaultProducer {

    private final ZeromqEndpoint endpoint;
    private SocketLoop loop;
    private ZeromqHealthCheck health;

    public ZeromqProducer(ZeromqEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        loop = endpoint.acquire();
        health = ZeromqHealthCheck.register(endpoint, loop);
    }

    @Override
    protected void doStop() throws Exception {
        if (loop != null) {
            health.unregister();
            endpoint.release();
            loop = null;
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        if (exchange.getMessage().getBody() instanceof List<?> messages && !messages.isEmpty() && messages.get(0) instanceof List) {
            for (Object message : messages) {
                send(endpoint.frames(message, exchange));
            }
        } else {
            send(endpoint.frames(exchange.getMessage()));
        }
    }

    private void send(List<byte[]> frames) throws IOException {
        if (!loop.send(frames, endpoint.getConfiguration().getSendTimeout())) {
            throw new IOException("No room in the queue of " + endpoint.getEndpointUri() + ": its peers do not take their messages");
        }
    }
}
