package io.dromedary.vantiq;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.WebSocketInternal;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;

/**
 * One socket, from the upgrade to its end: token, source, configuration, frames, pings. Used on one event loop only.
 *
 * <p>The owner hears once of the end, whatever its cause, and nothing afterwards.
 */
final class VantiqConnection {

    /** How a connection ended. */
    enum End {
        /** By agreement: the server closed with 1000 or 1001, asked to reconnect, or we closed. */
        CLEAN,
        /** By a fault: try again after a wait. */
        FAILED,
        /** The server does not accept the token. */
        LOGIN_REFUSED
    }

    /** What the session is told. */
    interface Owner {
        /** The source's configuration came; the owner calls {@link #ready()} when it is in place. */
        void configured(Map<String, Object> configuration);

        void message(VantiqMessage message);

        void malformed(String why);

        /** The socket takes more. */
        void drained();

        void ponged(long mark);

        /**
         * @param handshaken whether we said goodbye and the server answered, so that it has read all we wrote
         */
        void ended(End how, String why, boolean handshaken);
    }

    private enum Step {
        OPENING, LOGIN, SOURCE, HANDLER, READY, CLOSING, ENDED
    }

    private static final short NORMAL = 1000;
    private static final short GOING_AWAY = 1001;
    private static final short TOO_LARGE = 1009;
    private static final short INTERNAL = 1011;
    /** Other frames the SDK skips while it waits for the configuration. */
    private static final int SKIPPED_FRAMES = 10;
    private static final int MAX_REDIRECTS = 5;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final int WRITE_BUFFER = 256 * 1024;
    private static final int FLUSH_EVERY = 256;
    /** Marks a ping that asks for delivery, to tell its pong from that of a keep-alive. */
    private static final byte DELIVERY = 'd';

    private final Context loop;
    private final VantiqSettings settings;
    private final VantiqTarget target;
    private final Owner owner;
    private Step step = Step.OPENING;
    private WebSocket socket;
    private FrameBatch batch;
    private long limitTimer = -1;
    private long pingTimer = -1;
    private long idleTimer = -1;
    private long lastReceivedNanos;
    private long sentNanos;
    private Duration roundTrip = Duration.ZERO;
    private int skipped;
    private boolean paused;
    private ByteBuf fragments;
    private End closingAs;
    private String closingWhy;

    VantiqConnection(Context loop, VantiqSettings settings, VantiqTarget target, Owner owner) {
        this.loop = loop;
        this.settings = settings;
        this.target = target;
        this.owner = owner;
    }

    void open(WebSocketClient client) {
        open(client, options(target.address()), 0);
    }

    private void open(WebSocketClient client, WebSocketConnectOptions options, int redirects) {
        client.connect(options).onComplete(result -> {
            if (step != Step.OPENING) {
                if (result.succeeded()) {
                    result.result().close();
                }
            } else if (result.succeeded()) {
                opened(result.result());
            } else if (redirects < MAX_REDIRECTS && redirected(options, result.cause()) != null) {
                open(client, redirected(options, result.cause()), redirects + 1);
            } else {
                finish(End.FAILED, "no connection to " + target + ": " + reason(result.cause()), false);
            }
        });
    }

    private WebSocketConnectOptions options(URI address) {
        boolean secure = "wss".equals(address.getScheme());
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(address.getHost());
        options.setPort(address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80);
        options.setSsl(secure);
        options.setURI(address.getRawPath() + query);
        options.setAllowOriginHeader(false);
        options.setTimeout(settings.times().connect().toMillis());
        if (address.getUserInfo() != null) {
            String credentials = Base64.getEncoder().encodeToString(address.getUserInfo().getBytes(StandardCharsets.UTF_8));
            options.addHeader("Authorization", "Basic " + credentials);
        }
        return options;
    }

    /** The next place to try, or null when the server did not redirect. A secure connection is never given up for a plain one. */
    private WebSocketConnectOptions redirected(WebSocketConnectOptions from, Throwable cause) {
        if (!(cause instanceof UpgradeRejectedException rejected) || rejected.getStatus() / 100 != 3
                || rejected.getHeaders().get("Location") == null) {
            return null;
        }
        try {
            URI next = target.address().resolve(rejected.getHeaders().get("Location"));
            boolean secure = "wss".equals(next.getScheme()) || "https".equals(next.getScheme());
            if (next.getHost() == null || from.isSsl() && !secure) {
                return null;
            }
            return options(new URI(secure ? "wss" : "ws", null, next.getHost(), next.getPort(), next.getPath(), next.getQuery(), null));
        } catch (IllegalArgumentException | URISyntaxException e) {
            return null;
        }
    }

    private void opened(WebSocket opened) {
        socket = opened;
        // Many small writes become few system calls; Vert.x itself flushes after every frame.
        ((WebSocketInternal) socket).channelHandlerContext().pipeline().addFirst(new FlushConsolidationHandler(FLUSH_EVERY, true));
        batch = new FrameBatch(((WebSocketInternal) socket).channelHandlerContext().pipeline());
        socket.setWriteQueueMaxSize(WRITE_BUFFER);
        socket.frameHandler(this::received);
        socket.pongHandler(this::ponged);
        socket.drainHandler(nothing -> owner.drained());
        socket.exceptionHandler(cause -> closingWhy = closingWhy == null ? reason(cause) : closingWhy);
        socket.closeHandler(nothing -> lost());
        lastReceivedNanos = System.nanoTime();
        startPings();
        step = Step.LOGIN;
        sentNanos = System.nanoTime();
        limit(settings.times().login(), "the server did not answer the login");
        write(VantiqFrames.validate(target.token()));
        flush();
    }

    private void received(WebSocketFrame frame) {
        lastReceivedNanos = System.nanoTime();
        if (step == Step.CLOSING || step == Step.ENDED || frame.type() == WebSocketFrameType.PING
                || frame.type() == WebSocketFrameType.PONG || frame.type() == WebSocketFrameType.CLOSE) {
            return;
        }
        byte[] whole = assemble(frame);
        if (whole == null) {
            return;
        }
        try {
            handle(VantiqFrames.read(whole));
        } catch (VantiqException e) {
            if (step == Step.READY || step == Step.HANDLER) {
                owner.malformed(e.getMessage());
            } else {
                close(End.FAILED, INTERNAL, "", "the server's answer is " + e.getMessage());
            }
        }
    }

    /** The bytes of a message when its last fragment is here, else null. */
    private byte[] assemble(WebSocketFrame frame) {
        Buffer part = frame.binaryData();
        if (frame.isFinal() && fragments == null) {
            return part.getBytes();
        }
        if (fragments == null) {
            fragments = Unpooled.buffer(part.length());
        }
        if (fragments.readableBytes() + part.length() > settings.limits().messageBytes()) {
            fragments = null;
            close(End.FAILED, TOO_LARGE, "message too large", "the server sent a message of more than " + settings.limits().messageBytes() + " bytes");
            return null;
        }
        fragments.writeBytes(part.getBytes());
        if (!frame.isFinal()) {
            return null;
        }
        byte[] whole = new byte[fragments.readableBytes()];
        fragments.readBytes(whole);
        fragments = null;
        return whole;
    }

    private void handle(VantiqMessage message) {
        switch (step) {
            case LOGIN -> loginAnswered(message);
            case SOURCE -> sourceAnswered(message);
            default -> owner.message(message);
        }
    }

    private void loginAnswered(VantiqMessage answer) {
        roundTrip = Duration.ofNanos(System.nanoTime() - sentNanos);
        if (answer.hasStatus() && answer.status() != 200) {
            close(End.LOGIN_REFUSED, INTERNAL, "", "Connect call failed: " + answer.status() + " :: " + describe(answer.body()));
            return;
        }
        step = Step.SOURCE;
        limit(settings.times().login(), "the server did not send the configuration of " + settings.source());
        sentNanos = System.nanoTime();
        write(VantiqFrames.connectExtension(settings.source(), settings.reconnectSecret()));
        flush();
    }

    @SuppressWarnings("unchecked")
    private void sourceAnswered(VantiqMessage answer) {
        // The shorter of the two: the first one in a cold process measures class loading.
        Duration second = Duration.ofNanos(System.nanoTime() - sentNanos);
        roundTrip = second.compareTo(roundTrip) < 0 ? second : roundTrip;
        if (answer.op() == null) {
            if (answer.hasStatus() && answer.status() >= 300) {
                close(End.FAILED, NORMAL, "", "the server refused the source " + settings.source() + ": " + answer.status() + " :: "
                        + describe(answer.body()));
            } else if (++skipped > SKIPPED_FRAMES) {
                close(End.FAILED, INTERNAL, "", "the server sent no configuration");
            }
        } else if (answer.op().equals("configureExtension") && answer.object() instanceof Map<?, ?> object
                && object.get("config") instanceof Map<?, ?> configuration) {
            step = Step.HANDLER;
            limit(settings.times().handler(), "the routes did not take the configuration in time");
            owner.configured((Map<String, Object>) configuration);
        } else {
            close(End.FAILED, INTERNAL, "", "the server sent no configuration, but " + answer.op());
        }
    }

    /** The configuration is in place: the session is connected. */
    boolean ready() {
        if (step != Step.HANDLER) {
            return false;
        }
        cancel(limitTimer);
        step = Step.READY;
        return true;
    }

    Duration roundTrip() {
        return roundTrip;
    }

    boolean isFull() {
        return socket.writeQueueFull();
    }

    /** Writes a frame; small ones not before {@link #flush()}. */
    void write(byte[] frame) {
        if (frame.length <= FrameBatch.MAX_FRAME) {
            batch.add(frame);
            return;
        }
        batch.flush();
        socket.writeFrame(new WebSocketFrameImpl(WebSocketFrameType.TEXT, Unpooled.wrappedBuffer(frame), true));
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
            paused = !reading;
            // Nothing can be heard while reading is off: silence then says nothing about the server.
            lastReceivedNanos = System.nanoTime();
            if (reading) {
                socket.resume();
            } else {
                socket.pause();
            }
        }
    }

    private void startPings() {
        long every = settings.times().ping().toMillis();
        if (every > 0) {
            pingTimer = loop.owner().setPeriodic(every, timer -> {
                long sent = System.nanoTime();
                socket.writePing(Buffer.buffer("k"));
                loop.owner().setTimer(settings.times().pong().toMillis(), late -> {
                    if (lastReceivedNanos < sent && !paused) {
                        close(End.FAILED, INTERNAL, "keepalive ping timeout", "the server did not answer a ping");
                    }
                });
            });
        }
        long idle = settings.times().idle().toMillis();
        if (idle > 0) {
            idleTimer = loop.owner().setPeriodic(Math.max(100, idle / 4), timer -> {
                if (!paused && System.nanoTime() - lastReceivedNanos > settings.times().idle().toNanos()) {
                    close(End.FAILED, INTERNAL, "idle", "the server was silent for " + idle + " ms");
                }
            });
        }
    }

    private void ponged(Buffer payload) {
        lastReceivedNanos = System.nanoTime();
        if (payload.length() == 9 && payload.getByte(0) == DELIVERY && step == Step.READY) {
            owner.ponged(payload.getLong(1));
        }
    }

    private void limit(Duration time, String otherwise) {
        cancel(limitTimer);
        limitTimer = loop.owner().setTimer(time.toMillis(), timer -> close(End.FAILED, INTERNAL, "", otherwise));
    }

    private void cancel(long timer) {
        if (timer >= 0) {
            loop.owner().cancelTimer(timer);
        }
    }

    /** Ends the connection by agreement. */
    void closeNormally(String why) {
        close(End.CLEAN, NORMAL, "", why);
    }

    /** Ends the connection because the configuration could not be put in place. */
    void closeFailed(String why) {
        close(End.FAILED, INTERNAL, "", why);
    }

    private void close(End how, short code, String reason, String why) {
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
        cancel(limitTimer);
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
        cancel(limitTimer);
        cancel(pingTimer);
        cancel(idleTimer);
        fragments = null;
        if (batch != null) {
            // To nobody, but the buffer goes back.
            batch.flush();
        }
        owner.ended(how, why, handshaken);
    }

    /** What the server says of an error: a list of code and message, or anything else. */
    static String describe(Object body) {
        if (body instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?> first) {
            return first.get("code") + ":" + first.get("message");
        }
        return body == null ? "no reason given" : "reason not understood";
    }

    private static String reason(Throwable cause) {
        return cause instanceof UpgradeRejectedException rejected ? "HTTP status " + rejected.getStatus()
                : cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }
}
