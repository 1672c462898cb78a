package io.dromedary.vantiq;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Receives what happens on one source. Connect, publish and close come one at a time and in order; queries come beside them, several at a time.
 * All calls are made on pool threads; none of them while the previous one of the same lane is unfinished.
 */
interface VantiqListener {

    /** What a listener can ask for. */
    enum Operation {
        connect, publish, query, close
    }

    /** Whether anybody takes this kind. */
    boolean takes(Operation operation);

    /**
     * The source has its configuration. The session counts as connected when this is done without an exception; with one, the attempt failed.
     *
     * @param done to be called once, with null or what went wrong
     */
    void connected(Map<String, Object> configuration, Consumer<Throwable> done);

    /** The server published a message. */
    void published(Object message, Object replyAddress, Runnable done);

    /** The server asks; the query has to be answered, then or later. */
    void queried(OpenQuery query, Runnable done);

    /** A connected session ended; its socket is gone. */
    void closed(Runnable done);
}
