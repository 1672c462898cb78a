package io.dromedary.fleet;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.dromedary.mqtt.MqttEndpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands that this process has, and what is done with one that arrives: run it, send the reply that is there, wait, or drop it. */
final class ClaimDesk {

    /** Variable: the claim of a command that we have. */
    static final String CLAIM = "fleetClaim";
    /** Variable: what a route does next. */
    static final String STEP = "fleetStep";

    private static final Logger LOG = LoggerFactory.getLogger(ClaimDesk.class);

    private final String member;
    private final String owner;
    private final CommandLedger ledger;
    private final Receipts receipts;
    private final Consumer<String> count;
    private final UnaryOperator<Exchange> comeBack;
    private final Patience redis;
    private final Map<String, Claim> here = new ConcurrentHashMap<>();

    /**
     * @param count    counts an outcome
     * @param comeBack moves a message, with its acknowledgement, to one that comes back later, and answers that one
     * @param redis    how long Redis is waited for
     */
    ClaimDesk(String member, String owner, CommandLedger ledger, Receipts receipts, Consumer<String> count, UnaryOperator<Exchange> comeBack,
            Patience redis) {
        this.member = member;
        this.owner = owner;
        this.ledger = ledger;
        this.receipts = receipts;
        this.count = count;
        this.comeBack = comeBack;
        this.redis = redis;
    }

    /** Commands that we have. */
    int size() {
        return here.size();
    }

    /** Ends the waits for Redis. */
    void stop() {
        redis.end();
    }

    /** Decides on a message. @throws IOException if Redis is away and we stop */
    void claim(Exchange exchange, String key) throws IOException {
        Claim claim = new Claim(key);
        Claim running = here.putIfAbsent(key, claim);
        if (running != null) {
            if (running.adopt(exchange)) {
                count.accept("again-here");
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
        Optional<Entry> found = redis.patiently(() -> ledger.claim(claim.key()));
        if (found.isEmpty()) {
            count.accept("new");
            take(exchange, claim);
            return;
        }
        Entry entry = found.get();
        if (entry.state() == Entry.State.ANSWERED) {
            count.accept("answered-before");
            drop(exchange, claim);
        } else if (!entry.owner().equals(owner) && !isOfThisMember(entry.owner()) && redis.patiently(() -> ledger.lives(entry.owner()))) {
            count.accept("elsewhere");
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
        if (!redis.patiently(() -> ledger.follow(claim.key(), entry, ours))) {
            // Somebody was faster.
            here.remove(claim.key(), claim);
            claim.leaveTo(later(exchange));
            return;
        }
        LOG.debug("Command {} of {} is taken over", claim.key(), entry.owner());
        if (wasSent(entry)) {
            count.accept("sent-before");
            claim.setReplied();
            exchange.setVariable(STEP, "none");
        } else if (entry.state() == Entry.State.REPLYING) {
            count.accept("reply-taken-over");
            claim.setReplied();
            exchange.setVariable(STEP, "repeat");
            exchange.getMessage().setBody(entry.reply());
            exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, entry.topic());
            exchange.setProperty(MqttEndpoint.FOLLOWED_BY, receipts.of(number));
        } else {
            count.accept("taken-over");
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
            if (!claim.isSettled()) {
                answered(claim);
            }
        } catch (IOException e) {
            LOG.debug("Command {} ended while this instance stops", claim.key());
        }
        here.remove(claim.key(), claim);
        claim.end(exchange, true);
    }

    private Exchange later(Exchange exchange) {
        exchange.setVariable(STEP, "none");
        return comeBack.apply(exchange);
    }

    /** Keeps a reply before it goes out. @return false if another has the command by now: then it must not go out */
    boolean reply(Exchange exchange, Claim claim, String topic) throws IOException {
        byte[] reply = exchange.getMessage().getBody(byte[].class);
        long number = receipts.next();
        if (!redis.patiently(() -> ledger.reply(claim.key(), number, topic, reply))) {
            count.accept("lost");
            LOG.warn("Command {} was taken over by another instance; its reply is not sent", claim.key());
            return false;
        }
        claim.setReplied();
        exchange.setProperty(MqttEndpoint.FOLLOWED_BY, receipts.of(number));
        return true;
    }

    /** Writes down that a command has had its outcome. */
    void answered(Claim claim) throws IOException {
        redis.patiently(() -> {
            ledger.answered(claim.key(), claim.isReplied());
            return true;
        });
        claim.setSettled();
    }
}
