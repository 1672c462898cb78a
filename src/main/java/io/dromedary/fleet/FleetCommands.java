package io.dromedary.fleet;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.dromedary.command.Commands;
import io.dromedary.command.Meters;
import io.dromedary.mqtt.Sharing;
import io.dromedary.redis.RedisProxy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.DefaultExchange;
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
    private static final String TOPIC = "commandTopic";
    private static final String DEVICE_TOPIC = "deviceTopic";
    private static final String DEVICE_ID = "deviceId";
    private static final String STEP = ClaimDesk.STEP;
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
    private final String process = HexFormat.of().toHexDigits(new SecureRandom().nextInt());
    private ClaimDesk desk;
    private Lease ownLease;
    private CommandLedger ledger;
    private final Map<String, Counter> claims = new ConcurrentHashMap<>();
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
        String owner = owner();
        Receipts receipts = new Receipts(context, group, owner, remember);
        ownLease = new Lease(lease);
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
        desk = new ClaimDesk(member, owner, ledger, receipts, ownLease, this::count, this::again,
                // Camel stops what sends replies before this; what they wait for must not keep it from ending.
                new Patience(() -> context.getShutdownStrategy().isForceShutdown()));
        backlog = Gauge.builder("dromedary.fleet.backlog", this, it -> it.desk.size() + it.queue.size())
                .description("commands that this instance has and has not answered").register(Meters.of(context));
    }

    @Override
    protected void doStop() {
        desk.stop();
        Meters.of(context).remove(backlog);
        context.getExecutorServiceManager().shutdown(timer);
        template.stop();
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

    private String owner() {
        return member + "~" + process;
    }

    @Override
    public Optional<String> publisherId(String configured) {
        return configured.equals(group + "-" + member) ? Optional.of(Receipts.publisherId(group, owner())) : Optional.empty();
    }

    private void live() {
        try {
            giveSignOfLife();
        } catch (JedisException e) {
            LOG.debug("No sign of life could be given", e);
        }
    }

    private void giveSignOfLife() {
        long asked = System.nanoTime();
        ledger.live();
        ownLease.renewed(asked);
    }

    private void count(String outcome) {
        claims.computeIfAbsent(outcome, name -> Counter.builder("dromedary.fleet.claims").tag("outcome", name).register(Meters.of(context))).increment();
    }

    /** Comes back to a message that another instance has; its acknowledgement waits as well. */
    private Exchange again(Exchange exchange) {
        Exchange again = new DefaultExchange(context);
        again.getMessage().setBody(exchange.getMessage().getBody());
        again.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, exchange.getVariable(TOPIC));
        exchange.getExchangeExtension().handoverCompletions(again);
        timer.schedule(() -> template.asyncSend("direct:command-claim", again), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        return again;
    }

    /**
     * Finds out what to do with a command that came in, and says it in the variable {@code fleetStep}: {@code run}, {@code repeat}
     * (the body is a reply that its owner may not have sent any more), or {@code none}. Waits while Redis is away.
     */
    public void claim(Exchange exchange) throws IOException {
        String topic = Objects.toString(exchange.getMessage().getHeader(PahoMqtt5Constants.MQTT_TOPIC), "");
        // Nothing else of what came from outside goes on.
        exchange.getMessage().removeHeaders("*");
        exchange.setVariable(TOPIC, topic);
        String prefix = topic.endsWith(suffix) ? topic.substring(0, topic.length() - suffix.length()) : ownTopic;
        exchange.setVariable(DEVICE_TOPIC, prefix);
        String[] levels = prefix.split("/");
        exchange.setVariable(DEVICE_ID, levels[levels.length - 1]);
        exchange.setVariable(STEP, "run");
        Optional<String> id = MessageIds.read(exchange.getMessage().getBody());
        if (id.isEmpty()) {
            // Without an id nobody can tell whether it was here before; it runs as often as it comes.
            return;
        }
        desk.claim(exchange, CommandLedger.key(prefix, id.get()));
    }

    /** Addresses a message of the bus to its device, and says {@code send} in the variable {@code fleetStep}. */
    public void address(Exchange exchange) {
        String topic = exchange.getVariable(DEVICE_TOPIC, ownTopic, String.class) + exchange.getVariable("busTopic", "", String.class);
        exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, topic);
        exchange.setVariable(STEP, "send");
    }

    /**
     * The same for what ends a command, which is kept before it goes out. Says {@code none} when another instance has taken the command
     * over: then nothing may go out.
     */
    public void keepReply(Exchange exchange) throws IOException {
        address(exchange);
        if (!(exchange.getVariable(ClaimDesk.CLAIM) instanceof Claim claim)) {
            return;
        }
        String topic = exchange.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, String.class);
        if (!desk.reply(exchange, claim, topic)) {
            exchange.setVariable(STEP, "none");
        }
    }

    /**
     * Finds out whether a reply that did not leave may still do, and says it in the variable {@code fleetStep}: {@code send} or {@code none}.
     * Waits while Redis is away.
     */
    public void keepAgain(Exchange exchange) throws IOException {
        Claim claim = exchange.getVariable(ClaimDesk.CLAIM, Claim.class);
        boolean perhapsSent = !(exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof LeaseEnded);
        exchange.setVariable(STEP, desk.replyAgain(exchange, claim, perhapsSent, this::giveSignOfLife) ? "send" : "none");
    }

    /** The broker has the reply. */
    public void sent(Exchange exchange) throws IOException {
        if (exchange.getVariable(ClaimDesk.CLAIM) instanceof Claim claim && claim.kept() != null) {
            desk.answered(claim);
        }
    }
}
