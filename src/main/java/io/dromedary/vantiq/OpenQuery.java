package io.dromedary.vantiq;

import java.util.List;

/**
 * A query from the server that waits for its answer: any number of partial responses, then exactly one end. What comes after the end is refused.
 * Safe for several threads.
 */
final class OpenQuery {

    private final OpenQueries queries;
    private final Object message;
    private final Object replyAddress;
    private final long receivedNanos;
    private boolean partial;
    private boolean ended;

    OpenQuery(OpenQueries queries, Object message, Object replyAddress, long receivedNanos) {
        this.queries = queries;
        this.message = message;
        this.replyAddress = replyAddress;
        this.receivedNanos = receivedNanos;
    }

    Object message() {
        return message;
    }

    Object replyAddress() {
        return replyAddress;
    }

    long receivedNanos() {
        return receivedNanos;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Whether partial responses have gone out. */
    synchronized boolean isPartlyAnswered() {
        return partial;
    }

    /**
     * Sends a response.
     *
     * @param status {@link VantiqFrames#PARTIAL}, {@link VantiqFrames#COMPLETE} or {@link VantiqFrames#EMPTY}
     */
    void respond(int status, Object body) {
        byte[] frame = VantiqFrames.response(replyAddress, status, body);
        proceed(status != VantiqFrames.PARTIAL);
        queries.answer(this, frame, true);
    }

    /** Sends the error that ends the query. */
    void fail(String code, String template, List<?> parameters) {
        byte[] frame = VantiqFrames.error(replyAddress, code, template, parameters);
        proceed(true);
        queries.answer(this, frame, false);
    }

    private synchronized void proceed(boolean end) {
        if (ended) {
            throw new VantiqException("The query has been answered already");
        }
        ended = end;
        partial = true;
    }
}
