package io.dromedary.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.CamelContext;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;

/**
 * Lets the broker say which replies of a dead process it has. Behind each reply, in the same stream of bytes, goes a retained message
 * that names the replies before it: the broker has both or neither. It is read when somebody follows that process, and the broker
 * forgets it by itself.
 */
final class Receipts implements AutoCloseable {

    /** Long, since every reply that was on its way is sent again without the receipt; there is none only until a process has replied. */
    private static final long READ_MILLIS = 10_000;
    private static final int MOST_OWNERS = 1_000;

    private final String prefix;
    private final String owner;
    private final long expirySeconds;
    private final ConsumerTemplate consumers;
    private final AtomicLong last = new AtomicLong();
    private final SentNumbers ours = new SentNumbers();
    private final Map<String, SentNumbers> others = new ConcurrentHashMap<>();

    Receipts(CamelContext context, String group, String owner, Duration remember) {
        this.prefix = "dromedary/fleet/" + group + "/";
        this.owner = owner;
        this.expirySeconds = Math.max(1, remember.toSeconds());
        this.consumers = context.createConsumerTemplate();
        this.consumers.start();
    }

    /** A number for one reply. */
    long next() {
        return last.incrementAndGet();
    }

    /** What goes behind a reply; asked for in the order in which replies leave. */
    Supplier<Mqtt5Publish> of(long number) {
        return () -> Mqtt5Publish.builder().topic(prefix + owner).qos(MqttQos.AT_MOST_ONCE).retain(true)
                .payload(ours.add(number).toString().getBytes(StandardCharsets.US_ASCII)).messageExpiryInterval(expirySeconds).build();
    }

    /** What the broker has of a process that sends no more; nothing when there is no receipt. */
    SentNumbers wereSent(String other) {
        if (others.size() > MOST_OWNERS) {
            others.clear();
        }
        return others.computeIfAbsent(other, this::read);
    }

    private SentNumbers read(String other) {
        Exchange receipt = consumers.receive("paho-mqtt5:" + prefix + other + "?qos=0", READ_MILLIS);
        if (receipt == null) {
            return new SentNumbers();
        }
        try {
            return SentNumbers.parse(receipt.getMessage().getBody(String.class));
        } finally {
            consumers.doneUoW(receipt);
        }
    }

    @Override
    public void close() {
        try {
            consumers.close();
        } catch (IOException e) {
            throw new IllegalStateException("it only stops consumers", e);
        }
    }
}
