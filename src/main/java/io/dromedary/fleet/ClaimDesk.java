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
    private final Lease lease;
    private final Consumer<String> count;
    private final UnaryOperator<Exchange> comeBack;
    private final Patience redis;
    private final Map<String, Claim> here = new ConcurrentHashMap<>();

    /**
     * @param count    counts an outcome
     * @param comeBack moves a message, with its acknowledgement, to one that comes back later, and answers that one
     * @param redis    how long Redis is waited for
     */
    ClaimDesk(String member, String owner, CommandLedger ledger, Receipts receipts, Lease lease, Consumer<String> count,
            UnaryOperator<Exchange> comeBack, Patience redis) {
        this.member = member;
        this.owner = owner;
        this.ledger = ledger;
        this.receipts = receipts;
        this.lease = lease;
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
            leave(exchange, claim);
        } else {
            follow(exchange, claim, entry);
        }
    }

    private void leave(Exchange exchange, Claim claim) {
        here.remove(claim.key(), claim);
        claim.leaveTo(later(exchange));
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
        if (entry.state() == Entry.State.REPLYING) {
            followReply(exchange, claim, entry);
        } else if (redis.patiently(() -> ledger.follow(claim.key(), entry, entry.of(owner, 0)))) {
            count.accept("taken-over");
            take(exchange, claim);
        } else {
            // Somebody was faster.
            leave(exchange, claim);
        }
    }

    private void followReply(Exchange exchange, Claim claim, Entry entry) throws IOException {
        boolean sent;
        try {
            // Before it is ours: when this has been read, its owner can send it no more, and what it keeps anew has another number.
            sent = receipts.hasReply(entry.owner(), entry.number());
        } catch (RuntimeException e) {
            LOG.debug("What {} has sent cannot be read now", entry.owner(), e);
            leave(exchange, claim);
            return;
        }
        if (!keep(exchange, claim, entry)) {
            leave(exchange, claim);
            return;
        }
        LOG.debug("The reply {} of {} to command {} is taken over as {}, {}", entry.number(), entry.owner(), claim.key(), claim.kept().number(),
                sent ? "sent before" : "not sent before");
        count.accept(sent ? "sent-before" : "reply-taken-over");
        exchange.setVariable(STEP, sent ? "none" : "repeat");
        if (!sent) {
            exchange.getMessage().setBody(entry.reply());
            exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_OVERRIDE_TOPIC, entry.topic());
        }
        take(exchange, claim);
    }

    /** Makes a reply that the ledger has ours, with a number of its own. @return false if it is no longer there like that */
    private boolean keep(Exchange exchange, Claim claim, Entry found) throws IOException {
        long term = lease.term();
        Entry ours = found.of(owner, receipts.next());
        if (!redis.patiently(() -> ledger.follow(claim.key(), found, ours))) {
            receipts.unused(ours.number());
            return false;
        }
        kept(exchange, claim, ours, term);
        return true;
    }

    private void kept(Exchange exchange, Claim claim, Entry reply, long term) {
        claim.setKept(reply);
        exchange.setProperty(MqttEndpoint.FOLLOWED_BY, receipts.of(reply.number(), () -> lease.holds(term)));
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
        long term = lease.term();
        Entry reply = Entry.replying(owner, receipts.next(), topic, exchange.getMessage().getBody(byte[].class));
        if (!redis.patiently(() -> ledger.reply(claim.key(), reply))) {
            receipts.unused(reply.number());
            lost(claim);
            return false;
        }
        kept(exchange, claim, reply, term);
        return true;
    }

    private void lost(Claim claim) {
        count.accept("lost");
        LOG.warn("Command {} was taken over by another instance; its reply is not sent", claim.key());
    }

    /**
     * Keeps a reply anew that did not leave, or of which that is not known.
     *
     * @param perhapsSent whether the broker may have it
     * @param signOfLife  begins another term of our lease, if it has ended
     * @return false if it must not go out: another has the command by now, or the broker has the reply
     */
    boolean replyAgain(Exchange exchange, Claim claim, boolean perhapsSent, Runnable signOfLife) throws IOException {
        if (!lease.holds(lease.term())) {
            redis.patiently(() -> {
                signOfLife.run();
                return true;
            });
        }
        Entry before = claim.kept();
        boolean sent = perhapsSent && receipts.hasReply(owner, before.number());
        boolean ours = keep(exchange, claim, before);
        LOG.debug("The reply {} to command {}, {}, is {}", before.number(), claim.key(), sent ? "sent" : perhapsSent ? "not sent" : "held back",
                ours ? "ours as " + claim.kept().number() : "another's");
        if (ours && sent) {
            return false;
        }
        receipts.unused(before.number());
        if (ours) {
            count.accept("sent-later");
        } else {
            lost(claim);
        }
        return ours;
    }

    /** Writes down that a command has had its outcome. */
    void answered(Claim claim) throws IOException {
        redis.patiently(() -> {
            ledger.answered(claim.key(), claim.kept() != null);
            return true;
        });
        claim.setSettled();
    }
}
