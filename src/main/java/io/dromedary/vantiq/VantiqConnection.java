package io.dromedary.vantiq;

import java.time.Duration;
import java.util.Map;

import io.dromedary.vantiq.ConnectionListener.End;

import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.WebSocketInternal;

/**
 * One socket, from the upgrade to its end. {@link Upgrade} opens it, {@link Login} goes first, then frames pass both ways while {@link KeepAlive}
 * watches. Used on one event loop only. Its owner hears once of the end, whatever its cause, and nothing afterwards.
 */
final class VantiqConnection {

    private enum Step {
        OPENING, LOGIN, HANDLER, READY, CLOSING, ENDED
    }

    static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short TOO_LARGE = 1009;
    static final short INTERNAL = 1011;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final int WRITE_BUFFER = 256 * 1024;
    private static final int FLUSH_EVERY = 256;
    /** Marks a ping that asks for delivery, to tell its pong from that of a keep-alive. */
    private static final byte DELIVERY = 'd';

    private final Context loop;
    private final VantiqSettings settings;
    private final VantiqTarget target;
    private final ConnectionListener owner;
    private final Login login;
    private final KeepAlive keepAlive;
    private final Fragments fragments;
    private Step step = Step.OPENING;
    private WebSocket socket;
    private FrameBatch batch;
    private long limitTimer = -1;
    private End closingAs;
    private String closingWhy;

    VantiqConnection(Context loop, VantiqSettings settings, VantiqTarget target, ConnectionListener owner) {
        this.loop = loop;
        this.settings = settings;
        this.target = target;
        this.owner = owner;
        this.login = new Login(this, settings);
        this.keepAlive = new KeepAlive(loop.owner(), settings.times(), () -> socket.writePing(Buffer.buffer("k")),
                (reason, why) -> close(End.FAILED, INTERNAL, reason, why));
        this.fragments = new Fragments(settings.limits().messageBytes());
    }

    void open(WebSocketClient client) {
        new Upgrade(client, settings.times().connect()).open(target.address(), result -> {
            if (step != Step.OPENING) {
                if (result.succeeded()) {
                    result.result().close();
                }
            } else if (result.succeeded()) {
                opened(result.result());
            } else {
                finish(End.FAILED, "no connection to " + target + ": " + Upgrade.reason(result.cause()), false);
            }
        });
    }

    private void opened(WebSocket opened) {
        socket = opened;
        // Many small writes become few system calls; Vert.x itself flushes after every frame.
        ((WebSocketInternal) socket).channelHandlerContext().pipeline().addFirst(new FlushConsolidationHandler(FLUSH_EVERY, true));
        batch = new FrameBatch((WebSocketInternal) socket);
        socket.setWriteQueueMaxSize(WRITE_BUFFER);
        socket.frameHandler(this::received);
        socket.pongHandler(this::ponged);
        socket.drainHandler(nothing -> owner.drained());
        socket.exceptionHandler(cause -> closingWhy = closingWhy == null ? Upgrade.reason(cause) : closingWhy);
        socket.closeHandler(nothing -> lost());
        keepAlive.start();
        step = Step.LOGIN;
        login.begin(target.token());
    }

    private void received(WebSocketFrame frame) {
        keepAlive.heard();
        if (step == Step.CLOSING || step == Step.ENDED || frame.type() == WebSocketFrameType.PING
                || frame.type() == WebSocketFrameType.PONG || frame.type() == WebSocketFrameType.CLOSE) {
            return;
        }
        if (!fragments.fits(frame.binaryData())) {
            close(End.FAILED, TOO_LARGE, "message too large", "the server sent a message of more than " + settings.limits().messageBytes() + " bytes");
            return;
        }
        byte[] whole = fragments.add(frame.binaryData(), frame.isFinal());
        if (whole != null) {
            received(whole);
        }
    }

    private void received(byte[] message) {
        VantiqMessage read;
        try {
            read = VantiqFrames.read(message);
        } catch (VantiqException e) {
            if (step == Step.LOGIN) {
                closeFailed("the server's answer is " + e.getMessage());
            } else {
                owner.malformed(e.getMessage());
            }
            return;
        }
        if (step == Step.LOGIN) {
            login.answered(read);
        } else {
            owner.message(read);
        }
    }

    /** Called by the login: the session is open once its owner says {@link #ready()}. */
    void configured(Map<String, Object> configuration) {
        step = Step.HANDLER;
        limit(settings.times().handler(), "the routes did not take the configuration in time");
        owner.configured(configuration);
    }

    /** The configuration is in place: the session is connected. */
    boolean ready() {
        if (step != Step.HANDLER) {
            return false;
        }
        loop.owner().cancelTimer(limitTimer);
        step = Step.READY;
        return true;
    }

    Duration roundTrip() {
        return login.roundTrip();
    }

    boolean isFull() {
        return socket.writeQueueFull();
    }

    /** Writes a frame; small ones not before {@link #flush()}. */
    void write(byte[] frame) {
        batch.write(frame);
    }

    void flush() {
        batch.flush();
    }

    void pingDelivery(long mark) {
        socket.writePing(Buffer.buffer(9).appendByte(DELIVERY).appendLong(mark));
    }

    /** Stops or resumes reading; pings are answered until the next message waits. */
    void read(boolean reading) {
        if (socket != null && step != Step.ENDED) {
            keepAlive.reading(reading);
            if (reading) {
                socket.resume();
            } else {
                socket.pause();
            }
        }
    }

    private void ponged(Buffer payload) {
        keepAlive.heard();
        if (payload.length() == 9 && payload.getByte(0) == DELIVERY && step == Step.READY) {
            owner.ponged(payload.getLong(1));
        }
    }

    /** What is under way has so long to end; replaces the limit before. */
    void limit(Duration time, String otherwise) {
        loop.owner().cancelTimer(limitTimer);
        limitTimer = loop.owner().setTimer(time.toMillis(), timer -> closeFailed(otherwise));
    }

    /** Ends the connection by agreement. */
    void closeNormally(String why) {
        close(End.CLEAN, NORMAL, "", why);
    }

    /** Ends the connection because of a fault, to be tried again after a wait. */
    void closeFailed(String why) {
        close(End.FAILED, INTERNAL, "", why);
    }

    /** Ends the connection, with the reason for the close frame and the one for ourselves. Only the first call counts. */
    void close(End how, short code, String reason, String why) {
        if (step == Step.CLOSING || step == Step.ENDED) {
            return;
        }
        if (socket == null) {
            finish(how, why, false);
            return;
        }
        step = Step.CLOSING;
        closingAs = how;
        closingWhy = why;
        loop.owner().cancelTimer(limitTimer);
        socket.resume();
        socket.close(code, reason);
        loop.owner().setTimer(CLOSE_LIMIT.toMillis(), timer -> {
            if (step == Step.CLOSING) {
                // A half-open peer never answers the close frame.
                ((WebSocketInternal) socket).channelHandlerContext().close();
                finish(closingAs, closingWhy, false);
            }
        });
    }

    private void lost() {
        Short code = socket.closeStatusCode();
        if (step == Step.CLOSING) {
            finish(closingAs, closingWhy, closingAs == End.CLEAN && code != null && code == NORMAL);
        } else if (code != null && (code == NORMAL || code == GOING_AWAY)) {
            finish(End.CLEAN, "the server closed with " + code, false);
        } else {
            finish(End.FAILED, closingWhy != null ? closingWhy : code == null ? "the connection broke" : "the server closed with " + code, false);
        }
    }

    private void finish(End how, String why, boolean handshaken) {
        if (step == Step.ENDED) {
            return;
        }
        step = Step.ENDED;
        loop.owner().cancelTimer(limitTimer);
        keepAlive.stop();
        fragments.clear();
        if (batch != null) {
            // To nobody, but the buffer goes back.
            batch.flush();
        }
        owner.ended(how, why, handshaken);
    }
}
