package io.dromedary.vantiq;

/**
 * One frame from the server.
 *
 * @param op           the operation, or null when the key is absent
 * @param hasStatus    whether the frame has a status
 * @param status       its value; 0 when there is none, or when it is no integer
 * @param object       the payload as it came: map, list, text, number, boolean or null
 * @param replyAddress the value of {@code messageHeaders.REPLY_ADDR_HEADER}, or null
 * @param body         the body of a status frame, or null
 */
record VantiqMessage(String op, boolean hasStatus, int status, Object object, Object replyAddress, Object body) {

    /** A status that is not an error: acknowledgements come this way. */
    boolean isAcknowledgement() {
        return op == null && hasStatus && status > 0 && status < 300;
    }
}
