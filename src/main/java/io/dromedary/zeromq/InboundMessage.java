package io.dromedary.zeromq;

import java.util.List;

/**
 * One message as it came.
 *
 * @param envelope routing frames before the content, empty for all but ROUTER sockets; an answer is sent with the same ones
 * @param frames the content
 * @param peerAddress the other end as {@code host:port}, or null where there is none
 */
public record InboundMessage(List<byte[]> envelope, List<byte[]> frames, String peerAddress) {
}
