package io.dromedary.zeromq;

import java.util.ArrayList;
import java.util.List;

/** Splits routing frames from content, as ZeroMQ RFC 28 (request-reply) lays them out. */
final class Envelopes {

    private static final byte[] DELIMITER = new byte[0];

    private Envelopes() {
    }

    /**
     * Splits a message that came in.
     *
     * @return null for what the pattern ignores: REP drops a request without the empty delimiter, as the standard says
     */
    static InboundMessage open(SocketPattern pattern, List<byte[]> frames, String peerAddress) {
        if (!pattern.answers() && !pattern.asks()) {
            return new InboundMessage(List.of(), frames, peerAddress);
        }
        int from = pattern.answers() ? 1 : 0;
        int delimiter = from;
        while (delimiter < frames.size() && frames.get(delimiter).length > 0) {
            delimiter++;
        }
        if (delimiter == frames.size()) {
            // Without a delimiter: a plain DEALER peer, which only ROUTER and DEALER understand.
            return pattern == SocketPattern.REP || pattern == SocketPattern.REQ ? null
                    : new InboundMessage(List.copyOf(frames.subList(0, from)), List.copyOf(frames.subList(from, frames.size())), peerAddress);
        }
        if (delimiter + 1 == frames.size()) {
            return null;
        }
        return new InboundMessage(List.copyOf(frames.subList(0, delimiter + 1)),
                List.copyOf(frames.subList(delimiter + 1, frames.size())), peerAddress);
    }

    /** Puts the routing frames of a request before the content of its answer. */
    static List<byte[]> answer(InboundMessage request, List<byte[]> content) {
        return concat(request.envelope(), content);
    }

    /** A request as REQ sends it. */
    static List<byte[]> request(List<byte[]> content) {
        return concat(List.of(DELIMITER), content);
    }

    /** A request with a frame before the delimiter that every conforming peer gives back untouched. */
    static List<byte[]> request(byte[] correlation, List<byte[]> content) {
        return concat(List.of(correlation, DELIMITER), content);
    }

    private static List<byte[]> concat(List<byte[]> first, List<byte[]> second) {
        List<byte[]> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return all;
    }
}
