package io.dromedary.fleet;

import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultExchange;

/** One command that this process has. What arrives again of it meanwhile ends with it. */
final class Claim {

    private final String key;
    private final List<Synchronization> followers = new ArrayList<>();
    private volatile Entry kept;
    private volatile boolean settled;
    private boolean ended;

    Claim(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    /** Its reply is in the ledger, like that. */
    void setKept(Entry reply) {
        kept = reply;
    }

    /** The reply in the ledger, or null. */
    Entry kept() {
        return kept;
    }

    /** The ledger knows that it has had its outcome. */
    void setSettled() {
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** Lets a message end with this one. @return false when this one has ended already */
    synchronized boolean adopt(Exchange again) {
        if (ended) {
            return false;
        }
        // A unit of work hands its completions to an exchange only.
        Exchange carrier = new DefaultExchange(again.getContext());
        again.getExchangeExtension().handoverCompletions(carrier);
        followers.addAll(carrier.getExchangeExtension().handoverCompletions());
        return true;
    }

    /** Somebody else has it: what waits here goes on waiting with another message. */
    synchronized void leaveTo(Exchange waiting) {
        ended = true;
        followers.forEach(waiting.getExchangeExtension()::addOnCompletion);
        followers.clear();
    }

    /** It has had its outcome, or could not have one. */
    void end(Exchange exchange, boolean well) {
        synchronized (this) {
            ended = true;
        }
        for (Synchronization follower : followers) {
            if (well) {
                follower.onComplete(exchange);
            } else {
                follower.onFailure(exchange);
            }
        }
    }
}
