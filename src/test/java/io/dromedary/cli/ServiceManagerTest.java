package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages to a service manager, received at a real socket of the kernel. */
class ServiceManagerTest {

    @TempDir
    Path folder;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private String socket;

    @BeforeEach
    void listen() {
        socket = folder.resolve("notify").toString();
        new Bootstrap().group(loop).channel(EpollDomainDatagramChannel.class).handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                said.add(packet.content().toString(StandardCharsets.UTF_8));
            }
        }).bind(new DomainSocketAddress(socket)).syncUninterruptibly();
    }

    @AfterEach
    void end() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private String next() throws InterruptedException {
        return said.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void saysThatItIsReadyAliveAndStopping() throws Exception {
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "30000"))) {
            manager.ready(() -> true);
            assertThat(next()).startsWith("READY=1").contains("MAINPID=" + ProcessHandle.current().pid());
            assertThat(next()).isEqualTo("WATCHDOG=1");
            assertThat(next()).isEqualTo("WATCHDOG=1");
        }
        String last = next();
        while (last != null && last.equals("WATCHDOG=1")) {
            last = next();
        }
        assertThat(last).isEqualTo("STOPPING=1");
    }

    @Test
    void feedsTheWatchdogOnlyWhileItIsAlive() throws Exception {
        AtomicBoolean alive = new AtomicBoolean();
        AtomicBoolean asked = new AtomicBoolean();
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "30000"))) {
            manager.ready(() -> asked.getAndSet(true) && alive.get());
            assertThat(next()).startsWith("READY=1");
            io.dromedary.testing.Wait.until(asked::get);
            assertThat(said).isEmpty();
            alive.set(true);
            assertThat(next()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void leavesAnotherProcessesWatchdogAlone() throws Exception {
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "3000", "WATCHDOG_PID", "1"))) {
            manager.ready(() -> true);
            assertThat(next()).startsWith("READY=1");
        }
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void saysNothingWhenNobodyListens() {
        try (ServiceManager manager = ServiceManager.of(Map.of())) {
            manager.ready(() -> true);
        }
        assertThat(said).isEmpty();
    }
}
