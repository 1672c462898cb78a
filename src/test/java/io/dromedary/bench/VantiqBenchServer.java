package io.dromedary.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;

/** A lean Vantiq server for the bench: logs everybody in, asks for bursts of notifications and for answers, times them and checks each one. */
final class VantiqBenchServer implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final long LIMIT_SECONDS = 120;

    private final EventLoopGroup group = new NioEventLoopGroup(1);
    private final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
    private final Channel listening;

    VantiqBenchServer() {
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder().websocketPath("/").checkStartsWith(true)
                .maxFramePayloadLength(16 << 20).build();
        listening = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class).childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new WebSocketServerProtocolHandler(config),
                                new Link());
                    }
                }).bind("127.0.0.1", 0).syncUninterruptibly().channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Waits for the next connector to be configured. */
    Link nextLink() throws InterruptedException {
        links.clear();
        Link link = links.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (link == null) {
            throw new IllegalStateException("no connector came");
        }
        return link;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One connector. */
    final class Link extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private Channel channel;
        private String source;
        private volatile CountDownLatch done;
        private volatile String problem;
        private int expected;
        private int size;
        private int arrived;
        private long firstNanos;
        private long lastNanos;
        private long[] askedNanos;
        private long[] latencies;
        private int asked;

        /** Asks for a burst of notifications and returns how many came per second, from the first to the last. */
        double burst(int count, int bytes) throws InterruptedException {
            CountDownLatch latch = prepare(count);
            size = bytes;
            send("{\"op\":\"publish\",\"resourceName\":\"sources\",\"resourceId\":\"" + source + "\",\"object\":{\"burst\":" + count + ",\"size\":" + bytes + "}}");
            await(latch);
            return (count - 1) * 1e9 / (lastNanos - firstNanos);
        }

        /** Asks queries, so many at a time; returns answers per second, and the median and the 99th percentile of the times in ms. */
        double[] queries(int count, int inFlight) throws InterruptedException {
            CountDownLatch latch = prepare(count);
            askedNanos = new long[count];
            latencies = new long[count];
            asked = 0;
            long start = System.nanoTime();
            channel.eventLoop().execute(() -> {
                for (int i = 0; i < inFlight; i++) {
                    ask();
                }
            });
            await(latch);
            long time = lastNanos - start;
            Arrays.sort(latencies);
            return new double[] {count * 1e9 / time, latencies[count / 2] / 1e6, latencies[count * 99 / 100] / 1e6};
        }

        private CountDownLatch prepare(int count) {
            expected = count;
            arrived = 0;
            problem = null;
            done = new CountDownLatch(1);
            return done;
        }

        private void await(CountDownLatch latch) throws InterruptedException {
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("only " + arrived + " of " + expected + " came");
            }
            if (problem != null) {
                throw new IllegalStateException(problem);
            }
        }

        private void ask() {
            int n = asked++;
            askedNanos[n] = System.nanoTime();
            send("{\"op\":\"query\",\"resourceName\":\"sources\",\"resourceId\":\"" + source + "\",\"messageHeaders\":{\"REPLY_ADDR_HEADER\":\"r" + n
                    + "\"},\"object\":{\"n\":" + n + ",\"what\":\"state\"}}");
        }

        private void send(String text) {
            ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            channel.writeAndFlush(new TextWebSocketFrame(bytes));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) throws IOException {
            channel = context.channel();
            byte[] bytes = ByteBufUtil.getBytes(frame.content());
            int n = -1;
            int length = -1;
            String op = null;
            try (JsonParser parser = JSON.createParser(bytes)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token == JsonToken.FIELD_NAME) {
                        String name = parser.currentName();
                        token = parser.nextToken();
                        switch (name) {
                            case "op" -> op = parser.getText();
                            case "n" -> n = parser.getIntValue();
                            case "d" -> length = parser.getTextLength();
                            case "resourceId" -> source = parser.getText();
                            default -> {
                            }
                        }
                    }
                }
            }
            if (op == null) {
                answered(n);
            } else {
                switch (op) {
                    case "validate" -> send("{\"status\":200,\"body\":{}}");
                    case "connectExtension" -> {
                        send("{\"op\":\"configureExtension\",\"resourceName\":\"sources\",\"resourceId\":\"" + source + "\",\"object\":{\"config\":{}}}");
                        links.add(this);
                    }
                    default -> notified(n, length);
                }
            }
        }

        private void notified(int n, int length) {
            lastNanos = System.nanoTime();
            if (n != arrived || length != size) {
                problem = "notification " + n + " of " + length + " bytes came where " + arrived + " of " + size + " was due";
            }
            if (arrived++ == 0) {
                firstNanos = lastNanos;
            }
            if (arrived == expected) {
                done.countDown();
            }
        }

        private void answered(int n) {
            lastNanos = System.nanoTime();
            if (n < 0 || n >= asked || latencies[n] != 0) {
                problem = "an answer to " + n + " that was not asked or came twice";
                done.countDown();
                return;
            }
            latencies[n] = lastNanos - askedNanos[n];
            if (asked < expected) {
                ask();
            }
            if (++arrived == expected) {
                done.countDown();
            }
        }
    }
}
