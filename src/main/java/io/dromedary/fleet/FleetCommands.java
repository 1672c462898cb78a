package io.dromedary.fleet;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dromedary.command.Commands;
import io.dromedary.mqtt.MqttEndpoint;
import io.dromedary.mqtt.Sharing;
import io.dromedary.redis.RedisProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Makes several instances answer each command once. A command is claimed in Redis before it runs, its reply is kept there before it
 * goes out, and both are refused to a process that another has followed. While Redis is away commands wait, and the broker holds back
 * what is not acknowledged. The bean {@code fleetCommands} of {@code routes/bus/fleet.camel.yaml}.
 */
public class FleetCommands extends ServiceSupport implements CamelContextAware, Sharing {

    private static final Logger LOG = LoggerFactory.getLogger(FleetCommands.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String DEVICE_TOPIC = "deviceTopic";
    private static final String DEVICE_ID = "deviceId";
    private static final String CLAIM = "fleetClaim";
    private static final String STEP = "fleetStep";
    private static final long RETRY_MILLIS = 200;
    private static final long LOOK_AGAIN_MILLIS = 500;
    private static final int BEATS_PER_LEASE = 5;

    private CamelContext context;
    private RedisProxy redis;
    private Commands commands;
    private DeviceQueue queue;
    private String group = "dromedary";
    private String member = "";
    private String suffix = "command/edge";
    private String ownTopic = "";
    private Duration lease = Duration.ofSeconds(10);
    private Duration remember = Duration.ofHours(1);
    private final Map<String, Claim> here = new ConcurrentHashMap<>();
    private Receipts receipts;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private String owner;
    private CommandLedger ledger;
    private Gauge backlog;
    private ScheduledExecutorService timer;
    private ProducerTemplate template;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    public void setRedis(RedisProxy redis) {
        this.redis = redis;
    }

    /** Whose memory of message ids gives way to the one in Redis. */
    public void setCommands(Commands commands) {
        this.commands = commands;
    }

    /** Where commands wait for their device's turn. */
    public void setQueue(DeviceQueue queue) {
        this.queue = queue;
    }

    /** Instances with the same group share commands. */
    public void setGroup(String group) {
        this.group = group;
    }

    /** Name of this instance within its group; the same after a restart, and never that of two. */
    public void setMember(String member) {
        this.member = member;
    }

    /** What follows the device in the topic of a command. */
    public void setSuffix(String suffix) {
        this.suffix = suffix;
    }

    /** Topic prefix of what leaves without having come from a device. */
    public void setOwnTopic(String ownTopic) {
        this.ownTopic = ownTopic;
    }

    /** How long an instance without a sign of life is waited for, such as {@code 10s}. */
    public void setLease(String lease) {
        this.lease = Duration.ofMillis(TimeUtils.toMilliSeconds(lease));
    }

    /** How long an answered command is known, such as {@code 1h}. */
    public void setRemember(String remember) {
        this.remember = Duration.ofMillis(TimeUtils.toMilliSeconds(remember));
    }

    @Override
    protected void doStart() {
        owner = member + "~" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        receipts = new Receipts(context, group, owner, remember);
        ledger = new CommandLedger(Objects.requireNonNull(redis.sharedClient(), "a fleet needs Redis"), group, owner, remember, lease);
        // Ids are compared in Redis, per device.
        commands.setSeen(new MemoryIdempotentRepository() {
            @Override
            public boolean add(String key) {
                return true;
            }
        });
        template = context.createProducerTemplate();
        timer = context.getExecutorServiceManager().newScheduledThreadPool(this, "Fleet", 2);
        timer.scheduleWithFixedDelay(this::live, 0, lease.toMillis() / BEATS_PER_LEASE, TimeUnit.MILLISECONDS);
        backlog = Gauge.builder("dromedary.fleet.backlog", this, it -> it.here.size() + it.queue.size())
                .description("commands that this instance has and has not answered").register(meters());
    }

    @Override
    protected void doStop() {
        stopping.countDown();
        meters().remove(backlog);
        context.getExecutorServiceManager().shutdown(timer);
        template.stop();
        receipts.close();
        try {
            ledger.leave();
        } catch (JedisException e) {
            LOG.debug("Redis is away; others wait for the end of the lease", e);
        }
    }

    @Override
    public boolean othersRemain() {
        try {
            return ledger.membersLiving() > 1;
        } catch (JedisException e) {
            LOG.debug("Nobody knows who else is there", e);
            return false;
        }
    }

    private void live() {
        try {
            ledger.live();
        } catch (JedisException e) {
            LOG.debug("No sign of life could be given", e);
        }
    }

    private MeterRegistry meters() {
        MeterRegistry found = context.getRegistry().findSingleByType(MeterRegistry.class);
        return found != null ? found : Metrics.globalRegistry;
    }

    private void count(String outcome) {
        Counter.builder("dromedary.fleet.claims").tag("outcome", outcome).register(meters()).increment();
    }

    /**
     * Finds out what to do with a command that came in, and says it in the variable {@code fleetStep}: {@code run}, {@code repeat}
     * (the body is a reply that its owner may not have sent any more), or {@code none}. Waits while Redis is away.
     */
    public void claim(Exchange exchange) throws IOException {
        String topic = Objects.toString(exchange.getMessage().getHeader(PahoMqtt5Constants.MQTT_TOPIC), "");
        String prefix = topic.endsWith(suffix) ? topic.substring(0, topic.length() - suffix.length()) : ownTopic;
        exchange.setVariable(DEVICE_TOPIC, prefix);
        String[] levels = prefix.split("/");
        exchange.setVariable(DEVICE_ID, levels[levels.length - 1]);
        exchange.setVariable(STEP, "run");
        Optional<String> id = messageId(exchange.getMessage().getBody());
        if (id.isEmpty()) {
            // Without an id nobody can tell whether it was here before; it runs as often as it comes.
            return;
        }
        String key = CommandLedger.key(prefix, id.get());
        Claim claim = new Claim(key);
        Claim running = here.putIfAbsent(key, claim);
        if (running != null) {
            if (running.adopt(exchange)) {
                count("again-here");
                exchange.setVariable(STEP, "none");
            } else {
                later(exchange);
            }
            return;
        }
        try {
            decide(exchange, claim);
        } catch (IOException | RuntimeException e) {
            here.remove(key, claim);
            claim.end(exchange, false);
            throw e;
        }
    }

    private void decide(Exchange exchange, Claim claim) throws IOException {
        Optional<Entry> found = patiently(() -> ledger.claim(claim.key()));
        if (found.isEmpty()) {
            count("new");
            take(exchange, claim);
            return;
        }
        Entry entry = found.get();
        if (entry.state() == Entry.State.ANSWERED) {
            count("answered-before");
            drop(exchange, claim);
        } else if (!entry.owner().equals(owner) && !isOfThisMember(entry.owner()) && patiently(() -> ledger.lives(entry.owner()))) {
            count("elsewhere");
            here.remove(claim.key(), claim);
            claim.leaveTo(later(exchange));
        } else {
            follow(exchange, claim, entry);
        }
    }

    /** A broker has one connection per member; an earlier process of ours is dead, or can do no harm. */
    private boolean isOfThisMember(String other) {
        return other.startsWith(member + "~");
    }

    private void drop(Exchange exchange, Claim claim) {
        exchange.setVariable(STEP, "none");
        here.remove(claim.key(), claim);
        // What arrived again in between has nothing to wait for.
        claim.end(exchange, true);
    }

    private void follow(Exchange exchange, Claim claim, Entry entry) throws IOException {
        long number = entry.state() == Entry.State.REPLYING ? receipts.next() : 0;
        Entry ours = entry.of(owner, number);
        if (!patiently(() -> ledger.follow(claim.key(), entry, ours))) {
            // Somebody was faster.
            here.remove(claim.key(), claim);
            claim.leaveTo(later(exchange));
            return;
        }
        LOG.debug("Command {} of {} is taken over", claim.key(), entry.owner());
        if (wasSent(entry)) {
            count("sent-before");
            claim.setReplied();
            exchange.setVariable(STEP, "none");
        } else if (entry.state() == Entry.State.REPLYING) {
            count("reply-taken-over");
            claim.setReplied();
            exchange.setVariable(STEP, "repeat");
            exchange.getMessage().setBody(entry.reply());
            exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, entry.topic());
            exchange.setProperty(MqttEndpoint.FOLLOWED_BY, receipts.of(number));
        } else {
            count("taken-over");
        }
        take(exchange, claim);
    }

    private boolean wasSent(Entry entry) {
        return entry.state() == Entry.State.REPLYING && receipts.wereSent(entry.owner()).includes(entry.number());
    }

    private void take(Exchange exchange, Claim claim) {
        exchange.setVariable(CLAIM, claim);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                settle(done, claim);
            }

            @Override
            public void onFailure(Exchange done) {
                here.remove(claim.key(), claim);
                claim.end(done, false);
            }
        });
    }

    private void settle(Exchange exchange, Claim claim) {
        try {
            patiently(() -> {
                ledger.answered(claim.key(), claim.isReplied());
                return true;
            });
        } catch (IOException e) {
            LOG.debug("Command {} ended while this instance stops", claim.key());
        }
        here.remove(claim.key(), claim);
        claim.end(exchange, true);
    }

    /** Comes back to a message that another instance has; its acknowledgement waits as well. */
    private Exchange later(Exchange exchange) {
        exchange.setVariable(STEP, "none");
        Exchange again = new DefaultExchange(context);
        again.getMessage().setBody(exchange.getMessage().getBody());
        again.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, exchange.getMessage().getHeader(PahoMqtt5Constants.MQTT_TOPIC));
        exchange.getExchangeExtension().handoverCompletions(again);
        timer.schedule(() -> template.asyncSend("direct:command-claim", again), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        return again;
    }

    /**
     * Keeps a reply before it goes out, and addresses every message of the bus to its device. Says {@code none} in the variable
     * {@code fleetStep} when another instance has taken the command over: then nothing may go out.
     */
    public void address(Exchange exchange) throws IOException {
        String topic = exchange.getVariable(DEVICE_TOPIC, ownTopic, String.class) + exchange.getVariable("busTopic", "", String.class);
        exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topic);
        exchange.setVariable(STEP, "send");
    }

    /** The same for what ends a command. */
    public void keepReply(Exchange exchange) throws IOException {
        address(exchange);
        if (!(exchange.getVariable(CLAIM) instanceof Claim claim)) {
            return;
        }
        byte[] reply = exchange.getMessage().getBody(byte[].class);
        String topic = exchange.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, String.class);
        long number = receipts.next();
        if (patiently(() -> ledger.reply(claim.key(), number, topic, reply))) {
            claim.setReplied();
            exchange.setProperty(MqttEndpoint.FOLLOWED_BY, receipts.of(number));
        } else {
            count("lost");
            LOG.warn("Command {} was taken over by another instance; its reply is not sent", claim.key());
            exchange.setVariable(STEP, "none");
        }
    }

    /** The broker has the reply. */
    public void sent(Exchange exchange) throws IOException {
        if (exchange.getVariable(CLAIM) instanceof Claim claim && claim.isReplied()) {
            patiently(() -> {
                ledger.answered(claim.key(), true);
                return true;
            });
        }
    }

    /** Calls Redis until it answers, or this instance stops. */
    private <T> T patiently(Supplier<T> call) throws IOException {
        boolean told = false;
        while (true) {
            try {
                return call.get();
            } catch (JedisException e) {
                if (stopping.getCount() == 0) {
                    throw new IOException("Redis is away and this instance stops", e);
                }
                if (!told) {
                    LOG.warn("Redis is away; commands wait: {}", e.getMessage());
                    told = true;
                }
                pause();
            }
        }
    }

    private void pause() throws IOException {
        try {
            stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Redis was away", e);
        }
    }

    /** The message id as the bus reads it; empty when there is none, or the message cannot be read. */
    static Optional<String> messageId(Object body) {
        if (!(body instanceof byte[] bytes)) {
            return Optional.empty();
        }
        String id = null;
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("messageId");
                JsonToken value = parser.nextToken();
                if (wanted && value.isScalarValue()) {
                    // The last one counts, as it does for the bus.
                    id = value == JsonToken.VALUE_NULL ? null : parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The bus says what is wrong with it.
            return Optional.empty();
        }
        return Optional.ofNullable(id).filter(text -> !text.isEmpty());
    }
}
