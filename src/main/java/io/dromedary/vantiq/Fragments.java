package io.dromedary.vantiq;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** Puts the fragments of a message together. Used on one event loop only. */
final class Fragments {

    private final int limit;
    private ByteBuf held;

    /** @param limit bytes of the largest message */
    Fragments(int limit) {
        this.limit = limit;
    }

    /** Whether the message stays within the limit with this part. */
    boolean fits(Buffer part) {
        return (held == null ? 0 : held.readableBytes()) + part.length() <= limit;
    }

    /** Takes the next part; returns the message when it is the last one, else null. */
    byte[] add(Buffer part, boolean last) {
        if (last && held == null) {
            return part.getBytes();
        }
        if (held == null) {
            held = Unpooled.buffer(part.length());
        }
        held.writeBytes(part.getBytes());
        if (!last) {
            return null;
        }
        byte[] whole = new byte[held.readableBytes()];
        held.readBytes(whole);
        held = null;
        return whole;
    }

    /** Forgets a message that will not be finished. */
    void clear() {
        held = null;
    }
}
