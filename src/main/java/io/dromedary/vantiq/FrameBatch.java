package io.dromedary.vantiq;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.WebSocketInternal;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;

/**
 * Writes text frames, many small ones as one buffer, past Vert.x: there each frame is two buffers, a promise and a way of its own through the pipeline, which costs
 * more than all else in a stream of notifications. Frames as RFC 6455 section 5.2 has them, masked as a client must. Used on the event loop only.
 */
final class FrameBatch {

    /** Larger frames gain nothing. */
    private static final int MAX_FRAME = 16 * 1024;

    private static final int SIZE = 64 * 1024;
    private static final int MAX_HEADER = 8;
    private static final int FINAL_TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int SHORT_LENGTH = 126;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final ChannelHandlerContext encoder;
    private final WebSocketInternal socket;
    private ByteBuf buffer;

    FrameBatch(WebSocketInternal socket) {
        this.socket = socket;
        // What is written here has passed the encoder; compression is not used for it, and TLS still lies before it.
        encoder = socket.channelHandlerContext().pipeline().context(WebSocketFrameEncoder.class);
    }

    /** Writes a text frame; a small one not before {@link #flush()}. */
    void write(byte[] text) {
        if (text.length <= MAX_FRAME) {
            add(text);
        } else {
            flush();
            socket.writeFrame(new WebSocketFrameImpl(WebSocketFrameType.TEXT, Unpooled.wrappedBuffer(text), true));
        }
    }

    private void add(byte[] text) {
        if (buffer != null && buffer.writableBytes() < text.length + MAX_HEADER) {
            flush();
        }
        if (buffer == null) {
            buffer = encoder.alloc().buffer(SIZE);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        buffer.writeByte(FINAL_TEXT);
        if (text.length < SHORT_LENGTH) {
            buffer.writeByte(MASKED | text.length);
        } else {
            buffer.writeByte(MASKED | SHORT_LENGTH);
            buffer.writeShort(text.length);
        }
        buffer.writeInt(mask);
        mask(text, mask);
    }

    private void mask(byte[] text, int mask) {
        long twice = (long) mask << 32 | mask & 0xFFFFFFFFL;
        int i = 0;
        for (; i + Long.BYTES <= text.length; i += Long.BYTES) {
            buffer.writeLong((long) LONGS.get(text, i) ^ twice);
        }
        for (; i < text.length; i++) {
            buffer.writeByte(text[i] ^ mask >>> 24 - 8 * (i & 3));
        }
    }

    /** Hands what was added to the socket; must follow before anything else is written. */
    void flush() {
        if (buffer != null) {
            ByteBuf full = buffer;
            buffer = null;
            encoder.writeAndFlush(full);
        }
    }
}
