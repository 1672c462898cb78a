package io.dromedary.trainer;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.dromedary.zeromq.RequestAnswer;
import io.dromedary.zeromq.ZeromqConstants;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for the commands that take too long, while they go on. The bean {@code trainerDeadlines}.
 *
 * <p>All have the same time, so they stand in a queue; it is looked through now and then, which costs a command less than a timer of
 * its own.
 */
public final class DeadlineOperations {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineOperations.class);
    /** A deadline is kept to a twentieth of it, and never later than this. */
    private static final long SLOWEST_LOOK_MILLIS = 100;

    private record Watched(CommandTicket ticket, RequestAnswer answer, long deadlineNanos) {
    }

    private final TrainerCommands commands;
    private final Duration timeout;
    private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();

    private volatile boolean looking;

    /** @param timeoutMillis how long the sender of a command waits for its result, at most */
    public DeadlineOperations(TrainerCommands commands, long timeoutMillis) {
        this.commands = commands;
        this.timeout = Duration.ofMillis(timeoutMillis);
    }

    /** Sees to it that the sender of the command in the variable {@code ticket} gets an answer in time. */
    public void watch(Exchange exchange) {
        watched.add(new Watched(exchange.getVariable("ticket", CommandTicket.class),
                exchange.getProperty(ZeromqConstants.ANSWER, RequestAnswer.class), System.nanoTime() + timeout.toNanos()));
        if (!looking) {
            startLooking(exchange.getContext());
        }
    }

    /** Ends with the context. */
    private synchronized void startLooking(CamelContext context) {
        if (!looking) {
            long every = Math.max(1, Math.min(SLOWEST_LOOK_MILLIS, timeout.toMillis() / 20));
            context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "TrainerDeadlines")
                    .scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
            looking = true;
        }
    }

    private void look() {
        long now = System.nanoTime();
        for (Iterator<Watched> all = watched.iterator(); all.hasNext();) {
            Watched next = all.next();
            if (next.answer().isSent()) {
                all.remove();
            } else if (next.deadlineNanos() - now <= 0) {
                all.remove();
                answer(next);
            }
        }
    }

    private void answer(Watched overdue) {
        try {
            overdue.answer().send(List.of(commands.overdue(overdue.ticket())));
        } catch (IOException | RuntimeException e) {
            LOG.warn("An overdue command could not be answered: {}", e.toString());
        }
    }
}
