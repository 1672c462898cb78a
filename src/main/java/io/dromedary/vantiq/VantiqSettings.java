package io.dromedary.vantiq;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How one source's session behaves. Two endpoints share a session only when their settings are equal.
 *
 * @param source                the name of the source
 * @param times                 waits and limits in time
 * @param limits                limits in number and size
 * @param delivery              what counts as proof that a notification arrived
 * @param reconnectSecret       sent with connectExtension when not null
 * @param failOnConnectionError whether the first failure ends the session
 * @param storeDirectory        where notifications are kept on disk; null keeps them in memory
 */
record VantiqSettings(String source, Times times, Limits limits, DeliveryConfirmation delivery, String reconnectSecret,
        boolean failOnConnectionError, Path storeDirectory) {

    /**
     * Every wait of a session.
     *
     * @param connect      from the first packet to the finished upgrade
     * @param login        for the answer to the token, and again for the configuration
     * @param handler      for the routes that take the configuration
     * @param ping         between pings; zero sends none
     * @param pong         for the answer to a ping
     * @param idle         without any frame from the server; zero waits for ever
     * @param reconnect    the first wait after a failure; the n-th is n times as long
     * @param reconnectMax the longest wait after failures
     * @param whenFull     how long a sender waits for room in the queue
     * @param query        for the answer to a query
     */
    record Times(Duration connect, Duration login, Duration handler, Duration ping, Duration pong, Duration idle, Duration reconnect,
            Duration reconnectMax, Duration whenFull, Duration query) {
    }

    /**
     * Every bound of a session.
     *
     * @param queueMessages   notifications kept until the server has them
     * @param queueBytes      their bytes
     * @param whenFull        what a sender meets when either is reached
     * @param messageBytes    the largest message taken from the server
     * @param inbound         messages read from the socket and not yet given to a route; then reading stops
     * @param parallelQueries queries answered at the same time
     */
    record Limits(int queueMessages, long queueBytes, WhenFull whenFull, int messageBytes, int inbound, int parallelQueries) {
    }

    /** What a sender meets when the queue of notifications is full. */
    public enum WhenFull {
        /** Waits for room, then fails. */
        block,
        /** Fails at once. */
        fail,
        /** Takes the message and drops the oldest one, which is counted. */
        drop
    }

    /** What counts as proof that the server has a notification; what is not proved when a connection breaks is sent again. */
    public enum DeliveryConfirmation {
        /** The server's acknowledgements if it sends any; else a WebSocket ping after the notifications. */
        auto,
        /** A WebSocket ping behind the notifications, answered by the server: certain with every server, but visible on the wire. */
        ping,
        /** That the socket took it, as in the SDK: nothing is sent twice, and what is in flight when a connection breaks may be lost. */
        none
    }
}
