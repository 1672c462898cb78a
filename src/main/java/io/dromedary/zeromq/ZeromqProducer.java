package io.dromedary.zeromq;

import java.io.IOException;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Sends messages that nobody answers: PUB and PUSH. Returns as soon as the message is queued for the socket's thread. */
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
        if (!loop.send(endpoint.frames(exchange.getMessage()), endpoint.getConfiguration().getSendTimeout())) {
            throw new IOException("No room in the queue of " + endpoint.getEndpointUri() + ": its peers do not take their messages");
        }
    }
}
