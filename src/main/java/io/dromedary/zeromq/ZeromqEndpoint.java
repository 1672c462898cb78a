package io.dromedary.zeromq;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Exchange messages with ZeroMQ peers in all its patterns: PUB, SUB, PUSH, PULL, REQ, REP, DEALER and ROUTER. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "zeromq", title = "ZeroMQ", syntax = "zeromq:pattern:addresses",
        category = {Category.MESSAGING}, headersClass = ZeromqConstants.class)
public class ZeromqEndpoint extends DefaultEndpoint {

    @UriPath(enums = "pub,sub,push,pull,req,rep,dealer,router",
            description = "The pattern. SUB, PULL, REP and ROUTER consume; PUB, PUSH, REQ and DEALER produce.")
    @Metadata(required = true)
    private String pattern;
    @UriPath(description = "Addresses, comma separated: tcp://host:port, ipc://name, inproc://name."
            + " The host primary is the one this machine uses towards the internet; port 0 or * takes a free one.")
    @Metadata(required = true)
    private String addresses;
    @UriParam
    private ZeromqConfiguration configuration;

    private SocketLoop shared;
    private int users;

    public ZeromqEndpoint(String uri, ZeromqComponent component, ZeromqConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        SocketPattern known = SocketPattern.of(pattern);
        if (known.consumes()) {
            throw new IllegalArgumentException("zeromq:" + pattern + " can only be consumed from; produce to pub, push, req or dealer");
        }
        return known.asks() ? new ZeromqRequestProducer(this) : new ZeromqProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!SocketPattern.of(pattern).consumes()) {
            throw new IllegalArgumentException("zeromq:" + pattern + " can only be produced to; consume from sub, pull, rep or router");
        }
        ZeromqConsumer consumer = new ZeromqConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    SocketSettings settings() {
        return configuration.settings(SocketPattern.of(pattern), addresses);
    }

    SocketOpener opener() {
        return ((ZeromqComponent) getComponent()).opener();
    }

    /** The socket of this endpoint's producers: several routes may publish to one bound address. */
    synchronized SocketLoop acquire() throws IOException {
        if (users == 0) {
            SocketLoop loop = new SocketLoop(threadName(), opener(), settings(), null);
            loop.start();
            shared = loop;
        }
        users++;
        return shared;
    }

    synchronized void release() {
        if (users > 0 && --users == 0) {
            shared.stop(configuration.getLinger());
            shared = null;
        }
    }

    String threadName() {
        return "zeromq-" + pattern + "-" + addresses;
    }

    /** The frames of a body: one for text, bytes or a stream, several for a list or an array of these, one empty one for null. */
    List<byte[]> frames(Message message) throws InvalidPayloadException {
        return frames(message.getBody(), message.getExchange());
    }

    List<byte[]> frames(Object body, Exchange exchange) throws InvalidPayloadException {
        if (body instanceof Collection<?> || body instanceof Object[]) {
            Collection<?> parts = body instanceof Collection<?> list ? list : List.of((Object[]) body);
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("A ZeroMQ message needs at least one frame");
            }
            List<byte[]> frames = new ArrayList<>(parts.size());
            for (Object part : parts) {
                frames.add(frame(part, exchange));
            }
            return frames;
        }
        return List.of(frame(body, exchange));
    }

    private static byte[] frame(Object part, Exchange exchange) throws InvalidPayloadException {
        if (part instanceof byte[] bytes) {
            return bytes;
        }
        if (part == null) {
            return new byte[0];
        }
        if (part instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (part instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        byte[] bytes = exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, part);
        if (bytes == null) {
            throw new InvalidPayloadException(exchange, byte[].class);
        }
        return bytes;
    }

    /** The body for frames that came. */
    Object body(List<byte[]> frames) {
        return frames.size() == 1 && !configuration.isFramesAsList() ? frames.get(0) : frames;
    }

    public String getPattern() {
        return pattern;
    }

    public void setPattern(String pattern) {
        this.pattern = pattern;
    }

    public String getAddresses() {
        return addresses;
    }

    public void setAddresses(String addresses) {
        this.addresses = addresses;
    }

    public ZeromqConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(ZeromqConfiguration configuration) {
        this.configuration = configuration;
    }
}
