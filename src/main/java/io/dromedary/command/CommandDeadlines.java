package io.dromedary.command;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.TimeUtils;

/**
 * Answers for commands that do not. A command that is not settled in time gets the error reply {@code COMMAND_TIMEOUT} and its
 * thread an interrupt; whatever it says later is dropped and counted. The bean {@code commandDeadlines}.
 */
public class CommandDeadlines extends ServiceSupport implements CamelContextAware {

    private static final long CHECK_MILLIS = 250;

    private CamelContext context;
    private long timeoutMillis = TimeUnit.SECONDS.toMillis(120);
    private final Map<Entry, Boolean> open = new ConcurrentHashMap<>();
    private ScheduledExecutorService timer;
    private ProducerTemplate template;

    /** What the current thread runs. */
    private static final ThreadLocal<Entry> RUNNING = new ThreadLocal<>();

    /** One command under way. Exactly one of its command and its deadline settles it. */
    static final class Entry {
        private final Exchange exchange;
        private final long deadline;
        private final AtomicBoolean settled = new AtomicBoolean();
        private Thread runner;

        Entry(Exchange exchange, long deadline) {
            this.exchange = exchange;
            this.deadline = deadline;
        }

        synchronized void enter() {
            runner = Thread.currentThread();
            RUNNING.set(this);
        }

        /** Afterwards nobody interrupts a thread for this command. Says whether the current one ran it. */
        synchronized boolean leave() {
            boolean here = runner == Thread.currentThread();
            runner = null;
            if (here) {
                RUNNING.remove();
            }
            return here;
        }

        synchronized void interrupt() {
            if (runner != null) {
                runner.interrupt();
            }
        }
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Time for one command, such as {@code 120s}; 0 means no limit. */
    public void setTimeout(String timeout) {
        this.timeoutMillis = TimeUtils.toMilliSeconds(timeout);
    }

    @Override
    protected void doStart() {
        template = context.createProducerTemplate();
        timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "CommandDeadlines");
        timer.scheduleWithFixedDelay(this::expire, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        context.getExecutorServiceManager().shutdown(timer);
        template.stop();
        open.clear();
    }

    void start(Exchange exchange) {
        if (timeoutMillis > 0) {
            Entry entry = new Entry(exchange, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            open.put(entry, true);
            exchange.setVariable(CommandState.ENTRY, entry);
        }
    }

    /** Says which thread runs the command from now on, until it is settled. */
    public void running(Exchange exchange) {
        if (exchange.getVariable(CommandState.ENTRY) instanceof Entry entry) {
            entry.enter();
        }
    }

    /** Says that the current thread is back from whatever it ran: a command that goes on elsewhere is no reason to interrupt it any more. */
    static void left() {
        Entry entry = RUNNING.get();
        if (entry != null) {
            entry.leave();
        }
    }

    /**
     * Settles a command.
     *
     * @return false if its deadline already has
     */
    boolean settle(Exchange exchange) {
        if (!(exchange.getVariable(CommandState.ENTRY) instanceof Entry entry)) {
            return true;
        }
        boolean here = entry.leave();
        open.remove(entry);
        boolean inTime = entry.settled.compareAndSet(false, true);
        if (here && !inTime) {
            // The interrupt was for the command; what this thread does next must not inherit it.
            Thread.interrupted();
        }
        return inTime;
    }

    private void expire() {
        long now = System.nanoTime();
        for (Entry entry : open.keySet()) {
            if (now - entry.deadline >= 0 && entry.settled.compareAndSet(false, true)) {
                open.remove(entry);
                answer(entry);
                entry.interrupt();
            }
        }
    }

    private void answer(Entry entry) {
        Exchange late = entry.exchange.copy();
        late.removeVariable(CommandState.ENTRY);
        late.setProperty(Exchange.EXCEPTION_CAUGHT, new CommandRefused(ErrorCodes.COMMAND_TIMEOUT,
                "Command did not end within " + TimeUtils.printDuration(timeoutMillis)));
        template.asyncSend(late.getVariable(CommandState.LATE_ROUTE, "direct:command-failed", String.class), late);
    }
}
