package io.dromedary.vantiq;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One source's session as several consumers and producers share it: spreads what arrives over the consumers that take it.
 * Publishes, configurations and closes go to every one, one after the other; queries to the only one that takes them.
 */
final class VantiqSource implements VantiqListener {

    private final List<VantiqListener> listeners = new CopyOnWriteArrayList<>();
    private VantiqSession session;
    /** How many consumers and producers use it; guarded by the component. */
    private int users;

    /** Ties the session that reports to this object. */
    void bind(VantiqSession bound) {
        session = bound;
    }

    VantiqSession session() {
        return session;
    }

    int addUser() {
        return ++users;
    }

    int removeUser() {
        return --users;
    }

    /**
     * Adds a consumer.
     *
     * @throws VantiqException when it takes queries and another one does already: a query has one answer
     */
    synchronized void add(VantiqListener listener) {
        if (listener.takes(Operation.query) && takes(Operation.query)) {
            throw new VantiqException("Another route answers the queries of the source " + session.settings().source()
                    + "; only one can. Set operation on one of them");
        }
        listeners.add(listener);
        if (listener.takes(Operation.connect)) {
            session.tellConfiguration(listener);
        }
    }

    void remove(VantiqListener listener) {
        listeners.remove(listener);
    }

    @Override
    public boolean takes(Operation operation) {
        return listeners.stream().anyMatch(listener -> listener.takes(operation));
    }

    @Override
    public void connected(Map<String, Object> configuration, Consumer<Throwable> done) {
        connectNext(takers(Operation.connect), configuration, done);
    }

    private void connectNext(Iterator<VantiqListener> rest, Map<String, Object> configuration, Consumer<Throwable> done) {
        if (!rest.hasNext()) {
            done.accept(null);
            return;
        }
        rest.next().connected(configuration, problem -> {
            if (problem != null) {
                done.accept(problem);
            } else {
                connectNext(rest, configuration, done);
            }
        });
    }

    @Override
    public void published(Object message, Object replyAddress, Runnable done) {
        each(takers(Operation.publish), (listener, next) -> listener.published(message, replyAddress, next), done);
    }

    @Override
    public void closed(Runnable done) {
        each(takers(Operation.close), VantiqListener::closed, done);
    }

    @Override
    public void queried(OpenQuery query, Runnable done) {
        Iterator<VantiqListener> takers = takers(Operation.query);
        if (takers.hasNext()) {
            takers.next().queried(query, done);
        } else {
            // Its route was stopped while the query waited.
            query.fail("io.dromedary.vantiq.noQueryRoute", "No route answers queries of the source {0}", List.of(session.settings().source()));
            done.run();
        }
    }

    private Iterator<VantiqListener> takers(Operation operation) {
        return listeners.stream().filter(listener -> listener.takes(operation)).toList().iterator();
    }

    private interface Call {
        void on(VantiqListener listener, Runnable next);
    }

    private static void each(Iterator<VantiqListener> rest, Call call, Runnable done) {
        if (rest.hasNext()) {
            call.on(rest.next(), () -> each(rest, call, done));
        } else {
            done.run();
        }
    }
}
