package io.dromedary.cli;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service manager that the process is ready and alive, in the way of sd_notify(3): datagrams to the socket named by
 * {@code NOTIFY_SOCKET}, {@code READY=1} once and {@code WATCHDOG=1} three times in each {@code WATCHDOG_USEC}. Does nothing when no
 * service manager asks for it.
 */
final class ServiceManager implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final long CLOSE_LIMIT_MILLIS = 2_000;
    private static final long NO_WATCHDOG = 0;

    private final DomainSocketAddress socket;
    private final long watchdogMicros;
    private EpollEventLoopGroup loop;
    private Channel channel;

    private ServiceManager(String socket, long watchdogMicros) {
        this.socket = socket == null ? null : new DomainSocketAddress(socket);
        this.watchdogMicros = watchdogMicros;
    }

    /** What the environment asks for; another process's watchdog ({@code WATCHDOG_PID}) is not ours to feed. */
    static ServiceManager of(Map<String, String> environment) {
        String socket = environment.get("NOTIFY_SOCKET");
        if (socket == null || socket.isBlank()) {
            return new ServiceManager(null, NO_WATCHDOG);
        }
        if (!socket.startsWith("/") || !Epoll.isAvailable()) {
            LOG.warn("The service manager at {} cannot be told anything: only socket files on Linux are supported", socket);
            return new ServiceManager(null, NO_WATCHDOG);
        }
        String owner = environment.getOrDefault("WATCHDOG_PID", "");
        boolean ours = owner.isBlank() || owner.equals(Long.toString(ProcessHandle.current().pid()));
        return new ServiceManager(socket, ours ? number(environment.get("WATCHDOG_USEC")) : NO_WATCHDOG);
    }

    private static long number(String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : NO_WATCHDOG;
    }

    /** Says that it is ready, and from now on that it is alive, as long as that is so and no threads block each other for ever. */
    void ready(BooleanSupplier alive) {
        if (socket == null) {
            return;
        }
        loop = new EpollEventLoopGroup(1, task -> {
            Thread thread = new Thread(task, "service-manager");
            thread.setDaemon(true);
            return thread;
        });
        channel = new Bootstrap().group(loop).channel(EpollDomainDatagramChannel.class).handler(new ChannelInboundHandlerAdapter())
                .connect(socket).awaitUninterruptibly().channel();
        send("READY=1\nMAINPID=" + ProcessHandle.current().pid());
        if (watchdogMicros > 0) {
            loop.scheduleAtFixedRate(() -> {
                if (alive.getAsBoolean() && ManagementFactory.getThreadMXBean().findDeadlockedThreads() == null) {
                    send("WATCHDOG=1");
                }
            }, 0, Math.max(1, watchdogMicros / 3), TimeUnit.MICROSECONDS);
        }
    }

    private void send(String state) {
        channel.writeAndFlush(Unpooled.copiedBuffer(state, StandardCharsets.UTF_8)).addListener(sent -> {
            if (!sent.isSuccess()) {
                LOG.warn("The service manager at {} was not reached: {}", socket.path(), sent.cause().toString());
            }
        });
    }

    /** Says that it stops. */
    @Override
    public void close() {
        if (loop != null) {
            send("STOPPING=1");
            channel.close().awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
            loop.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
