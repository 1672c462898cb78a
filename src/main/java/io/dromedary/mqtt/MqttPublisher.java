package io.dromedary.mqtt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

/**
 * Publishes to one broker, in the order of the calls. A window bounds what is unacknowledged; the rest waits, also while the
 * broker is away, up to the capacity of this publisher.
 * <p>Thread-safe. Futures complete on the client's own thread: do not block in a dependent stage.
 */
public final class MqttPublisher implements AutoCloseable {

    /** Unacknowledged messages at most. The client blocks its caller from 64 on; a broker may allow fewer, the client minds that. */
    static final int WINDOW = 32;

    private final MqttConnection connection;
    private final int capacity;
    private final Object lock = new Object();
    /** In the order of the calls, also with those that come back. */
    private final Queue<MqttPending> waiting = new PriorityQueue<>(MqttPending.BY_PLACE);
    private final Set<MqttPending> unacknowledged = new HashSet<>();
    private int inWindow;
    private long places;
    /** Connections in a row that an undecodable answer ended, with nothing taken in between. */
    private int undecodable;
    private boolean handingOver;
    private boolean closed;

    /**
     * Prepares a publisher; {@link #connect()} opens it.
     *
     * @param capacity messages that may wait for their turn; one more is refused
     */
    public MqttPublisher(MqttConnection.Settings settings, int capacity) {
        this.connection = new MqttConnection(settings, sessionPresent -> handOver(), this::disconnected);
        this.capacity = capacity;
    }

    /**
     * Connects.
     *
     * @throws IOException if the broker cannot be reached or refuses us
     */
    public void connect() throws IOException {
        connection.connect();
        handOver();
    }

    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Messages accepted and not yet acknowledged. */
    public int backlog() {
        synchronized (lock) {
            return waiting.size() + unacknowledged.size();
        }
    }

    /**
     * Accepts one message.
     *
     * @return completes when the broker has acknowledged (QoS 1 and 2) or the message is written (QoS 0); fails with
     *         {@link IllegalStateException} when too many messages wait or the publisher is closed, and with the client's
     *         exception, or {@link MqttUndecodableException}, when the broker refuses the message
     */
    public CompletableFuture<Void> publish(Mqtt5Publish message) {
        return publish(message, null);
    }

    /**
     * Accepts one message and another that goes right behind it, in the same write to the connection: when this process is killed, both were
     * sent or neither, unless they are larger than what the system takes at once. They are not sent again by themselves when the broker has
     * forgotten our session, as it does when another client has taken it.
     *
     * @param behind makes the other one, or is null
     * @return as {@link #publish(Mqtt5Publish)}, for the first; fails also with what {@code behind} throws, and with
     *         {@link MqttSessionExpiredException}, when the broker has forgotten the session and may or may not have had the message before
     */
    public CompletableFuture<Void> publish(Mqtt5Publish message, MqttCompanion behind) {
        MqttPending pending = new MqttPending(message, behind);
        synchronized (lock) {
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("MQTT publisher is closed"));
            }
            if (waiting.size() >= capacity) {
                return CompletableFuture.failedFuture(new IllegalStateException(
                        "MQTT broker does not keep up: " + capacity + " messages are waiting for " + connection.settings().url()));
            }
            pending.place = places++;
            waiting.add(pending);
        }
        handOver();
        return pending.done;
    }

    /** Gives waiting messages to the client, one thread at a time so that their order stays. */
    private void handOver() {
        for (MqttPending next = take(); next != null; next = take()) {
            MqttPending current = next;
            if (current.behind == null) {
                give(current);
            } else if (giveOnTheClientsThread(current)) {
                return;
            }
        }
    }

    private void give(MqttPending current) {
        CompletableFuture<?> sent;
        try {
            Mqtt5Publish behind = current.behind == null ? null : current.behind.message();
            sent = connection.wire().publish(current.message);
            if (behind != null) {
                connection.wire().publish(behind);
            }
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        synchronized (lock) {
            handingOver = false;
        }
        sent.whenComplete((result, failure) -> finish(current, failure));
    }

    /**
     * The client writes what it has been given when its thread is free: given from another thread, the first message could be written, and
     * this process be killed, before the second is there.
     */
    private boolean giveOnTheClientsThread(MqttPending current) {
        Executor clientsThread = connection.thread();
        if (clientsThread != null) {
            try {
                clientsThread.execute(() -> {
                    give(current);
                    handOver();
                });
                return true;
            } catch (RejectedExecutionException e) {
                // It ended with its connection; there is a new one after the next connect.
            }
        }
        give(current);
        return false;
    }

    private MqttPending take() {
        synchronized (lock) {
            if (handingOver || closed || waiting.isEmpty() || !connection.isConnected() || !fits(waiting.element())) {
                return null;
            }
            handingOver = true;
            MqttPending next = waiting.remove();
            unacknowledged.add(next);
            inWindow += next.size();
            return next;
        }
    }

    /** What the broker does not allow yet, the client keeps; of two messages it would send the first alone. */
    private boolean fits(MqttPending next) {
        return inWindow == 0 || inWindow + next.size() <= Math.min(WINDOW, connection.sendMaximum());
    }

    private void finish(MqttPending pending, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean forgotten = cause instanceof MqttSessionExpiredException;
        boolean comesBack;
        synchronized (lock) {
            if (unacknowledged.remove(pending)) {
                inWindow -= pending.size();
            }
            if (cause == null && pending.message.getQos() != MqttQos.AT_MOST_ONCE) {
                undecodable = 0;
            }
            comesBack = forgotten && pending.refusal == null && pending.behind == null && !closed;
            if (comesBack) {
                waiting.add(pending);
            }
        }
        if (forgotten && pending.behind != null) {
            pending.behind.forgotten();
        }
        handOver();
        if (comesBack) {
            return;
        }
        if (cause == null) {
            pending.done.complete(null);
        } else {
            pending.done.completeExceptionally(pending.refusal != null ? pending.refusal : cause);
        }
    }

    /**
     * A broker acknowledges in the order in which it was sent to (MQTT 5 §4.6), so an answer that nobody can read is for the first message
     * that has none. Only the second such loss gives up the session with it: by then the broker has had every PUBREL before it.
     */
    private boolean disconnected(MqttWire.Undecodable answer) {
        synchronized (lock) {
            undecodable = answer == null ? 0 : undecodable + 1;
            if (undecodable < 2) {
                return false;
            }
            undecodable = 0;
            Optional<MqttPending> refused = unacknowledged.stream()
                    .filter(pending -> pending.message.getQos() == answer.qos()).min(MqttPending.BY_PLACE);
            refused.ifPresent(pending -> pending.refusal = new MqttUndecodableException(answer.why()));
            return refused.isPresent();
        }
    }

    /** Disconnects; what is not acknowledged by then fails. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        connection.close();
        List<MqttPending> left;
        synchronized (lock) {
            left = new ArrayList<>(unacknowledged);
            left.addAll(waiting);
            waiting.clear();
        }
        IllegalStateException stopped = new IllegalStateException("MQTT publisher is closed");
        left.forEach(pending -> pending.done.completeExceptionally(stopped));
    }
}
