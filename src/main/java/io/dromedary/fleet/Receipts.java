package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.dromedary.mqtt.MqttCompanion;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Lets the broker say which replies of a process it has. Behind each reply, in the same stream of bytes, goes a retained message
 * that names the replies before it: the broker has both or neither. It is read when somebody follows that process, and the broker
 * forgets it by itself. Who reads it connects under the client id of that process: a broker ends its connection then, and what a process sends that was
 * only paused does not arrive any more. A process whose session was ended like that, and so does not know what of it the broker has, begins with other
 * numbers and another receipt, and leaves the former as it is.
 */
final class Receipts {

    /** Long, since every reply that was on its way is sent again without the receipt; there is none only until a process has replied. */
    private static final long READ_MILLIS = 10_000;
    /** Of our own we know that the broker answers; others of our replies wait for this. */
    private static final long READ_OURS_MILLIS = 3_000;
    private static final int MOST_READINGS = 100;
    private static final int SESSION_SHIFT = 32;
    private static final long WITHIN_SESSION = (1L << SESSION_SHIFT) - 1;

    /** What the broker had of a process when it was asked. */
    private record Reading(long began, SentNumbers sent) {
    }

    private final CamelContext context;
    private final String group;
    private final String prefix;
    private final String owner;
    private final long expirySeconds;
    private final Object readingLock = new Object();
    private final Map<String, Reading> readings = new HashMap<>();
    private long session;
    private long last;
    private SentNumbers ours = new SentNumbers();

    Receipts(CamelContext context, String group, String owner, Duration remember) {
        this.context = context;
        this.group = group;
        this.prefix = "dromedary/fleet/" + group + "/";
        this.owner = owner;
        this.expirySeconds = Math.max(1, remember.toSeconds());
    }

    /** A number for one reply: the session's, and one within it. */
    synchronized long next() {
        return (session << SESSION_SHIFT) + ++last;
    }

    private String topic(String of, long number) {
        long within = number >>> SESSION_SHIFT;
        return prefix + of + (within == 0 ? "" : "/" + within);
    }

    private synchronized byte[] receipt(long number) {
        if (number >>> SESSION_SHIFT != session) {
            throw new LeaseEnded();
        }
        return ours.add(number & WITHIN_SESSION).toString().getBytes(StandardCharsets.US_ASCII);
    }

    private synchronized void endSession(long number) {
        if (number >>> SESSION_SHIFT == session) {
            session++;
            last = 0;
            ours = new SentNumbers();
        }
    }

    /** The client id of what a process of the group sends its replies with. */
    static String publisherId(String group, String owner) {
        return group + "-" + owner.replace("~", "-out-");
    }

    /**
     * What goes behind a reply; asked for in the order in which replies leave.
     *
     * @param stillOurs whether the reply may leave; otherwise {@link LeaseEnded} is thrown
     */
    MqttCompanion of(long number, BooleanSupplier stillOurs) {
        return new MqttCompanion() {
            @Override
            public Mqtt5Publish message() {
                if (!stillOurs.getAsBoolean()) {
                    throw new LeaseEnded();
                }
                return Mqtt5Publish.builder().topic(topic(owner, number)).qos(MqttQos.AT_MOST_ONCE).retain(true)
                        .payload(receipt(number)).messageExpiryInterval(expirySeconds).build();
            }

            @Override
            public void forgotten() {
                endSession(number);
            }
        };
    }

    /** A number whose reply never leaves, and of which the ledger knows nothing: a gap would make every receipt longer. */
    synchronized void unused(long number) {
        if (number >>> SESSION_SHIFT == session) {
            ours.add(number & WITHIN_SESSION);
        }
    }

    /**
     * Whether the broker has a reply; not, when there is no receipt. Another process than ours is disconnected from the broker first. That it had not
     * is read anew by each call, since that process may have gone on.
     *
     * @throws RuntimeException if the broker cannot be asked
     */
    boolean hasReply(String other, long number) {
        long called = System.nanoTime();
        String topic = topic(other, number);
        // One at a time: two of us under one name would disconnect each other. Who has waited for that can use what was read meanwhile.
        synchronized (readingLock) {
            Reading reading = readings.get(topic);
            // What was sent stays so, and a number is never used again.
            if (reading == null || reading.began - called < 0 && !reading.sent.includes(number & WITHIN_SESSION)) {
                reading = new Reading(System.nanoTime(), read(topic, other));
                if (readings.size() >= MOST_READINGS) {
                    readings.clear();
                }
                readings.put(topic, reading);
            }
            return reading.sent.includes(number & WITHIN_SESSION);
        }
    }

    private SentNumbers read(String topic, String other) {
        boolean own = other.equals(owner);
        String as = own ? "" : "&clientId=RAW(" + publisherId(group, other) + ")";
        try {
            PollingConsumer consumer = context.getEndpoint("paho-mqtt5:" + topic + "?qos=0&cleanStart=true&sessionExpiryInterval=0" + as)
                    .createPollingConsumer();
            try {
                ServiceHelper.startService(consumer);
                Exchange receipt = consumer.receive(own ? READ_OURS_MILLIS : READ_MILLIS);
                return receipt == null ? new SentNumbers() : SentNumbers.parse(receipt.getMessage().getBody(String.class));
            } finally {
                ServiceHelper.stopAndShutdownService(consumer);
            }
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeCamelException(e);
        }
    }
}
