package io.dromedary.command;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;

/**
 * Counts per edge what was received, answered and parked: {@code dromedary.edge.received}, {@code .answered}, {@code .parked}
 * (with a reason) and {@code .unaccounted} = received − answered − parked. The last one is what is under way, and 0 when the
 * edge is idle; anything else then is a lost message. The bean {@code edgeAccounts}.
 */
public class EdgeAccounts implements CamelContextAware {

    private static final String DEFAULT_EDGE = "bus";

    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private CamelContext context;

    private static final class Account {
        private final LongAdder received = new LongAdder();
        private final LongAdder settled = new LongAdder();
        private Counter receivedMeter;
        private Counter answeredMeter;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    private static String edge(Exchange exchange) {
        return Objects.toString(exchange.getVariable(CommandState.EDGE), DEFAULT_EDGE);
    }

    private Account account(String edge) {
        return accounts.computeIfAbsent(edge, name -> {
            Account account = new Account();
            account.receivedMeter = Counter.builder("dromedary.edge.received").tag("edge", name).register(Meters.of(context));
            account.answeredMeter = Counter.builder("dromedary.edge.answered").tag("edge", name).register(Meters.of(context));
            Gauge.builder("dromedary.edge.unaccounted", account, it -> it.received.sum() - it.settled.sum()).tag("edge", name).register(Meters.of(context));
            return account;
        });
    }

    /** A message came in at the exchange's edge (variable {@code edge}, else the bus). */
    public void received(Exchange exchange) {
        Account account = account(edge(exchange));
        account.received.increment();
        account.receivedMeter.increment();
    }

    /** The message has had its outcome: a reply was delivered, or none was wanted. */
    public void answered(Exchange exchange) {
        Account account = account(edge(exchange));
        account.settled.increment();
        account.answeredMeter.increment();
    }

    /** The message was set aside for a reason, one of few values. */
    public void parked(Exchange exchange, String reason) {
        String edge = edge(exchange);
        account(edge).settled.increment();
        Counter.builder("dromedary.edge.parked").tag("edge", edge).tag("reason", reason).register(Meters.of(context)).increment();
    }

    /** The edges that something came in at. */
    public Set<String> edges() {
        return Set.copyOf(accounts.keySet());
    }

    /** Messages of one edge that were answered. */
    public long answered(String edge) {
        return (long) account(edge).answeredMeter.count();
    }

    /** Messages that came in at one edge. */
    public long received(String edge) {
        return account(edge).received.sum();
    }

    /** Received and neither answered nor parked, at one edge. */
    public long unaccounted(String edge) {
        Account account = account(edge);
        return account.received.sum() - account.settled.sum();
    }
}
