package io.dromedary.vantiq;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

import com.fasterxml.jackson.databind.JsonNode;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.ssl.SslContext;

/**
 * A Vantiq server for tests that can misbehave: refuse, stay silent, send nonsense, cut the connection, close with any code, forget to answer.
 *
 * <p>Unless told otherwise it accepts every token but {@code wrong} and every source, and configures it with {@code {"k":"v","nested":{"n":1}}}.
 */
public final class FakeVantiq implements AutoCloseable {

    private static final int MAX_FRAME = 64 << 20;
    private static final Duration WAIT = Duration.ofSeconds(20);

    /** Takes a frame and says whether it dealt with it; otherwise the server answers as usual. */
    public interface Script {
        boolean frame(Link link, JsonNode frame);
    }

    private final EventLoopGroup group = new NioEventLoopGroup(1);
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final AtomicInteger upgrades = new AtomicInteger();
    private final SslContext tls;
    private Channel listening;
    private int port;
    private volatile Script script = (link, frame) -> false;
    private volatile Map<String, ?> configuration = Map.of("k", "v", "nested", Map.of("n", 1));
    private volatile boolean answersPings = true;
    private volatile boolean answersCloses = true;
    private volatile boolean acknowledges;
    private volatile boolean binary;
    private volatile boolean keepsInbox;
    private final AtomicInteger httpFailures = new AtomicInteger();
    private volatile String redirect;

    private FakeVantiq(SslContext tls) {
        this.tls = tls;
        listen(0);
    }

    public static FakeVantiq start() {
        return new FakeVantiq(null);
    }

    public static FakeVantiq startSecure(SslContext tls) {
        return new FakeVantiq(tls);
    }

    private void listen(int wanted) {
        listening = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new Upgrade());
                    }
                }).bind("127.0.0.1", wanted).syncUninterruptibly().channel();
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** The port, the same after {@link #down()} and {@link #up()}. */
    public int port() {
        return port;
    }

    public String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    /** Stops listening and cuts every connection. */
    public void down() {
        listening.close().syncUninterruptibly();
        links.forEach(Link::abort);
    }

    public void up() {
        listen(port);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    public FakeVantiq script(Script next) {
        script = next;
        return this;
    }

    public FakeVantiq configuration(Map<String, ?> next) {
        configuration = next;
        return this;
    }

    public FakeVantiq answersPings(boolean answers) {
        answersPings = answers;
        return this;
    }

    public FakeVantiq answersCloses(boolean answers) {
        answersCloses = answers;
        return this;
    }

    /** Answers every notification with a status frame, as the vendor documents it. */
    public FakeVantiq acknowledges(boolean does) {
        acknowledges = does;
        return this;
    }

    /** Sends binary frames, as the vendor's Java SDK expects them. */
    public FakeVantiq binary(boolean does) {
        binary = does;
        return this;
    }

    /** Keeps every frame for {@link Link#next}. */
    public FakeVantiq keepsInbox(boolean does) {
        keepsInbox = does;
        return this;
    }

    /** Answers the next so many upgrades with 503. */
    public FakeVantiq httpFailures(int count) {
        httpFailures.set(count);
        return this;
    }

    public FakeVantiq redirect(String location) {
        redirect = location;
        return this;
    }

    /** How many upgrade requests came, refused ones included. */
    public int upgrades() {
        return upgrades.get();
    }

    public List<Link> links() {
        return links;
    }

    /** Waits for the n-th connection, from 0, to be configured. */
    public Link awaitConfigured(int index) {
        Link link = awaitLink(index);
        Awaitility.await().atMost(WAIT).until(() -> link.configured);
        return link;
    }

    public Link awaitLink(int index) {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(WAIT).until(() -> links.size() > index);
        return links.get(index);
    }

    private final class Upgrade extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            upgrades.incrementAndGet();
            if (httpFailures.getAndUpdate(n -> Math.max(0, n - 1)) > 0 || redirect != null) {
                DefaultFullHttpResponse refusal = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                        redirect == null ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.FOUND);
                refusal.headers().set("Content-Length", 0);
                if (redirect != null) {
                    refusal.headers().set("Location", redirect);
                }
                context.writeAndFlush(refusal).addListener(f -> context.close());
                return;
            }
            Link link = new Link(context.channel(), request.uri());
            request.headers().forEach(h -> link.headers.put(h.getKey().toLowerCase(java.util.Locale.ROOT), h.getValue()));
            context.pipeline().replace(this, "link", link);
            new WebSocketServerHandshakerFactory("ws://ignored", null, false, MAX_FRAME).newHandshaker(request)
                    .handshake(context.channel(), request).addListener(f -> {
                        link.openedNanos = System.nanoTime();
                        links.add(link);
                    });
        }
    }

    /** One connection of a connector. */
    public final class Link extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final Channel channel;
        private final String path;
        private final Map<String, String> headers = new java.util.concurrent.ConcurrentHashMap<>();
        private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
        private final List<JsonNode> notifications = java.util.Collections.synchronizedList(new ArrayList<>());
        private final java.util.concurrent.BlockingQueue<JsonNode> inbox = new java.util.concurrent.LinkedBlockingQueue<>();
        private final AtomicInteger pings = new AtomicInteger();
        private final AtomicInteger binaryFrames = new AtomicInteger();
        private volatile boolean configured;
        private volatile Integer closeCode;
        private volatile String closeReason;
        private volatile long openedNanos;
        private volatile boolean gone;

        Link(Channel channel, String path) {
            this.channel = channel;
            this.path = path;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) throws Exception {
            if (frame instanceof PingWebSocketFrame) {
                pings.incrementAndGet();
                if (answersPings) {
                    channel.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
                }
            } else if (frame instanceof CloseWebSocketFrame close) {
                closeReason = close.reasonText();
                closeCode = close.statusCode();
                if (answersCloses) {
                    channel.writeAndFlush(close.retain()).addListener(f -> channel.close());
                }
            } else if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
                if (frame instanceof BinaryWebSocketFrame) {
                    binaryFrames.incrementAndGet();
                }
                byte[] bytes = new byte[frame.content().readableBytes()];
                frame.content().readBytes(bytes);
                handle(VantiqFrames.JSON.readTree(bytes));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            gone = true;
            context.close();
        }

        private void handle(JsonNode frame) {
            if (keepsInbox) {
                inbox.add(frame);
            }
            if (frame.path("op").asText().equals("notification")) {
                notifications.add(frame.get("object"));
            } else {
                frames.add(frame);
            }
            if (script.frame(this, frame)) {
                return;
            }
            switch (frame.path("op").asText()) {
                case "validate" -> {
                    if (frame.path("object").asText().equals("wrong")) {
                        send("{\"status\": 401, \"body\": [{\"code\": \"io.vantiq.auth.failed\", \"message\": \"The token is bad\"}]}");
                    } else {
                        send("{\"status\": 200, \"body\": {\"userInfo\": {\"username\": \"u\"}}}");
                    }
                }
                case "connectExtension" -> configure(frame.path("resourceId").asText(), configuration);
                case "notification" -> {
                    if (acknowledges) {
                        send("{\"status\":200}");
                    }
                }
                default -> {
                }
            }
        }

        public void configure(String source, Map<String, ?> config) {
            send(json(Map.of("op", "configureExtension", "resourceName", "sources", "resourceId", source, "object", Map.of("config", config))));
            configured = true;
        }

        public void publish(Object object) {
            send("{\"op\":\"publish\",\"resourceName\":\"sources\",\"resourceId\":\"SrcA\",\"object\":" + json(object) + "}");
        }

        public void query(String address, Object object) {
            send("{\"op\":\"query\",\"resourceName\":\"sources\",\"resourceId\":\"SrcA\",\"messageHeaders\":{\"REPLY_ADDR_HEADER\":\"" + address
                    + "\"},\"object\":" + json(object) + "}");
        }

        public void send(String text) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            channel.writeAndFlush(binary ? new BinaryWebSocketFrame(bytes) : new TextWebSocketFrame(bytes));
        }

        /** Sends one message in fragments of so many bytes, with a ping in between. */
        public void sendFragmented(String text, int size) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < bytes.length; from += size) {
                int length = Math.min(size, bytes.length - from);
                boolean last = from + length == bytes.length;
                ByteBuf part = Unpooled.copiedBuffer(bytes, from, length);
                channel.write(from == 0 ? new TextWebSocketFrame(last, 0, part) : new ContinuationWebSocketFrame(last, 0, part));
                channel.write(new PingWebSocketFrame());
            }
            channel.flush();
        }

        /** Sends bytes as they are, behind the back of the frame encoder. */
        public void sendBytes(byte[] bytes) {
            channel.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }

        public void ping() {
            channel.writeAndFlush(new PingWebSocketFrame());
        }

        public void closeWith(int code, String reason) {
            channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
        }

        /** Cuts the connection with a TCP reset. */
        public void abort() {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }

        /** Stops or resumes reading from the socket, as a server that hangs. */
        public void reading(boolean on) {
            if (channel.eventLoop().inEventLoop()) {
                channel.config().setAutoRead(on);
            } else {
                // From another thread a read that is under way would still bring something.
                channel.eventLoop().submit(() -> channel.config().setAutoRead(on)).syncUninterruptibly();
            }
        }

        /** The next frame of any kind, or null when none comes in time. Needs {@link FakeVantiq#keepsInbox}. */
        public JsonNode next(Duration limit) throws InterruptedException {
            return inbox.poll(limit.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        }

        public String path() {
            return path;
        }

        public Map<String, String> headers() {
            return headers;
        }

        /** What came, notifications apart. */
        public List<JsonNode> frames() {
            return frames;
        }

        /** The payloads of the notifications, in order. */
        public List<JsonNode> notifications() {
            synchronized (notifications) {
                return new ArrayList<>(notifications);
            }
        }

        public int notificationCount() {
            return notifications.size();
        }

        public int pings() {
            return pings.get();
        }

        public int binaryFrames() {
            return binaryFrames.get();
        }

        public Integer closeCode() {
            return closeCode;
        }

        public String closeReason() {
            return closeReason;
        }

        public long openedNanos() {
            return openedNanos;
        }

        public boolean isGone() {
            return gone;
        }

        public JsonNode awaitNotification(Predicate<JsonNode> wanted) {
            Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(WAIT).until(() -> notifications().stream().anyMatch(wanted));
            return notifications().stream().filter(wanted).findFirst().orElseThrow();
        }

        /** Waits for so many responses to an address and returns all of them. */
        public List<JsonNode> awaitResponses(String address, int count) {
            Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(WAIT).until(() -> responses(address).size() >= count);
            return responses(address);
        }

        public List<JsonNode> responses(String address) {
            return frames.stream().filter(f -> f.path("headers").path("X-Reply-Address").asText().equals(address)).toList();
        }
    }

    private static String json(Object value) {
        return new String(VantiqFrames.write(value), StandardCharsets.UTF_8);
    }
}
