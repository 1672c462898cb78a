package io.dromedary.mavlink;

import static io.dromedary.mavlink.UdpPeer.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.mavlink.LinkSettings.SigningPolicy;

/** Links over real sockets on the loopback interface. */
@Timeout(60)
class MavlinkLinkTest {

    private static final byte[] KEY = new byte[32];
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Queue<VehicleEvent> events = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
    }

    private MavlinkLink open(LinkSettings settings) throws Exception {
        MavlinkLink link = MavlinkLink.open(settings);
        open.add(link);
        link.subscribeVehicles(events::add);
        return link;
    }

    private MavlinkLink listen() throws Exception {
        return open(LinkSettings.of("udpin:127.0.0.1:0"));
    }

    private UdpPeer peer(int systemId, int componentId, MavlinkLink link) {
        UdpPeer peer = new UdpPeer(systemId, componentId, link.localPorts().get(0));
        open.add(peer);
        return peer;
    }

    private MavlinkMessage ping(int targetSystem, int targetComponent, int seq) {
        return Dialect.standard().message("PING").set("target_system", targetSystem).set("target_component", targetComponent).set("seq", seq);
    }

    @Test
    void answersEachSenderWithHeartbeatsOfItsOwnIds() throws Exception {
        MavlinkLink link = open(LinkSettings.of("udpin:127.0.0.1:0").withIds(2, 140).withHeartbeat(18, Duration.ofMillis(50)));
        for (int system = 1; system <= 2; system++) {
            UdpPeer peer = peer(system, 1, link);
            peer.heartbeat();
            MavlinkFrame frame = peer.receive(named("HEARTBEAT"));
            assertThat(frame.systemId()).isEqualTo(2);
            assertThat(frame.componentId()).isEqualTo(140);
            assertThat(frame.message().toMap()).containsEntry("type", 18).containsEntry("autopilot", 8).containsEntry("mavlink_version", 3);
        }
    }

    @Test
    void speaksFirstWhenItKnowsTheListener() throws Exception {
        UdpPeer peer = new UdpPeer(1, 1, 1);
        open.add(peer);
        open(LinkSettings.of("udpout:127.0.0.1:" + peer.port()));
        assertThat(peer.receive(named("HEARTBEAT")).systemId()).isEqualTo(255);
        peer.heartbeat();
        await().atMost(SECONDS).until(() -> !events.isEmpty());
    }

    @Test
    void broadcastsUntilSomebodyAnswersAndAddressesHimAlone() throws Exception {
        UdpPeer peer = new UdpPeer(1, 1, 1, null);
        open.add(peer);
        MavlinkLink link = open(LinkSettings.of("udpbcast:127.255.255.255:" + peer.port()).withHeartbeat(6, Duration.ofMillis(100)));
        peer.receive(named("HEARTBEAT"));
        peer.heartbeat();
        assertThat(link.awaitVehicle(1, 1, SECONDS)).isPresent();
        link.send(ping(0, 0, 1));
        link.send(ping(1, 1, 2));
        link.send(ping(0, 0, 3));
        for (int seq = 1; seq <= 3; seq++) {
            assertThat(peer.receive(named("PING")).message().getInt("seq")).isEqualTo(seq);
        }
    }

    /** A job that is cancelled is interrupted wherever it is; the link belongs to everybody. */
    @Test
    void outlivesTheInterruptionOfAThreadThatSends() throws Exception {
        MavlinkLink link = listen();
        UdpPeer peer = peer(1, 1, link);
        peer.heartbeat();
        assertThat(link.awaitVehicle(1, 1, SECONDS)).isPresent();

        Thread.currentThread().interrupt();
        link.send(ping(1, 1, 1));
        assertThat(Thread.interrupted()).isTrue();

        link.send(ping(1, 1, 2));
        assertThat(peer.receive(named("PING")).message().getInt("seq")).isEqualTo(1);
        assertThat(peer.receive(named("PING")).message().getInt("seq")).isEqualTo(2);
    }

    @Test
    void tellsWhenAVehicleIsFoundLostAndBackFromAnotherPort() throws Exception {
        MavlinkLink link = open(LinkSettings.of("udpin:127.0.0.1:0").withVehicleTimeout(Duration.ofMillis(200)));
        assertThat(link.awaitVehicle(0, 0, Duration.ofMillis(10))).isEmpty();
        UdpPeer before = peer(7, 1, link);
        before.heartbeat(12, 2, 128);
        assertThat(link.awaitVehicle(7, 1, SECONDS)).get().matches(Vehicle::armed).matches(Vehicle::present);
        await().atMost(SECONDS).until(() -> events.size() == 2);
        assertThat(link.vehicle(7, 1)).get().matches(v -> !v.present());
        assertThat(link.awaitVehicle(7, 0, Duration.ofMillis(10))).isEmpty();

        UdpPeer after = peer(7, 1, link);
        after.heartbeat(12, 2, 0);
        await().atMost(SECONDS).until(() -> events.size() >= 3);
        assertThat(events).extracting(VehicleEvent::kind)
                .startsWith(VehicleEvent.Kind.DISCOVERED, VehicleEvent.Kind.LOST, VehicleEvent.Kind.RETURNED);
        assertThat(events.stream().toList().get(1).silence()).isGreaterThanOrEqualTo(200);
        assertThat(link.send(ping(7, 1, 5))).isTrue();
        assertThat(after.receive(named("PING")).message().getInt("seq")).isEqualTo(5);
    }

    @Test
    void takesNeitherGroundStationsNorCompanionsForVehicles() throws Exception {
        MavlinkLink link = listen();
        UdpPeer peer = peer(1, 191, link);
        peer.heartbeat(8, 18, 0);
        peer.heartbeat(3, 6, 0);
        UdpPeer vehicle = peer(1, 1, link);
        vehicle.heartbeat();
        await().atMost(SECONDS).until(() -> !events.isEmpty());
        assertThat(link.vehicles()).extracting(Vehicle::componentId).containsExactly(1);
    }

    @Test
    void addressesAVehicleOnlyWhereItWasHeardAndEverybodyOtherwise() throws Exception {
        MavlinkLink link = listen();
        UdpPeer one = peer(1, 1, link);
        UdpPeer two = peer(2, 1, link);
        one.heartbeat();
        two.heartbeat();
        assertThat(link.awaitVehicle(1, 1, SECONDS)).isPresent();
        assertThat(link.awaitVehicle(2, 1, SECONDS)).isPresent();
        link.send(ping(2, 1, 1));
        link.send(ping(2, 0, 2));
        link.send(ping(0, 0, 3));
        link.send(ping(9, 1, 4));
        assertThat(one.receive(named("PING")).message().getInt("seq")).isEqualTo(3);
        assertThat(one.receive(named("PING")).message().getInt("seq")).isEqualTo(4);
        for (int seq = 1; seq <= 4; seq++) {
            assertThat(two.receive(named("PING")).message().getInt("seq")).isEqualTo(seq);
        }
    }

    private static void beatInTurns(MavlinkLink link, int times, UdpPeer... peers) {
        int beats = 0;
        for (int n = 0; n < times; n++) {
            for (UdpPeer peer : peers) {
                peer.heartbeat();
                int expected = ++beats;
                await().atMost(SECONDS).until(() -> link.statistics().received() >= expected);
            }
        }
    }

    @Test
    void noticesTwoVehiclesWithTheSameIdsAndKeepsToTheFirst() throws Exception {
        MavlinkLink link = listen();
        UdpPeer first = peer(1, 1, link);
        UdpPeer second = peer(1, 1, link);
        for (int n = 0; n < 100; n++) {
            second.writer.toBytes(ping(0, 0, 0));
        }
        beatInTurns(link, 4, first, second);
        await().atMost(SECONDS).until(() -> events.stream().anyMatch(e -> e.kind() == VehicleEvent.Kind.CONFLICT));
        link.send(ping(1, 1, 9));
        link.send(ping(0, 0, 10));
        assertThat(first.receive(named("PING")).message().getInt("seq")).isEqualTo(9);
        assertThat(second.receive(named("PING")).message().getInt("seq")).isEqualTo(10);
        assertThat(events).filteredOn(e -> e.kind() == VehicleEvent.Kind.CONFLICT).hasSize(1);
    }

    @Test
    void takesTheSameHeartbeatOverTwoPathsForOneVehicle() throws Exception {
        MavlinkLink link = listen();
        UdpPeer first = peer(1, 1, link);
        UdpPeer second = peer(1, 1, link);
        beatInTurns(link, 20, first, second);
        assertThat(events).extracting(VehicleEvent::kind).containsExactly(VehicleEvent.Kind.DISCOVERED);
    }

    @Test
    void answersInTheVersionOfThePeer() throws Exception {
        MavlinkLink link = listen();
        UdpPeer peer = peer(1, 1, link);
        peer.writer.version(1);
        peer.heartbeat();
        assertThat(link.awaitVehicle(1, 1, SECONDS)).isPresent();
        link.send(ping(1, 1, 1));
        assertThat(peer.receive(named("PING")).version()).isEqualTo(1);
        link.send(link.dialect().message("BUTTON_CHANGE"));
        assertThat(peer.receive(named("BUTTON_CHANGE")).version()).isEqualTo(2);
        link.sendFtp(1, 1, new byte[]{1, 2}, 0, 2);
        assertThat(peer.receive(named("FILE_TRANSFER_PROTOCOL")).version()).isEqualTo(1);
        peer.writer.version(2);
        peer.heartbeat();
        await().atMost(SECONDS).until(() -> link.vehicle(1, 1).orElseThrow().heartbeats() == 2);
        link.send(ping(1, 1, 2));
        assertThat(peer.receive(frame -> named("PING").test(frame) && frame.version() == 2).message().getInt("seq")).isEqualTo(2);
    }

    @Test
    void neverActsOnMessagesForOthers() throws Exception {
        MavlinkLink link = listen();
        FrameQueue queue = link.queue(named("PING"), 10);
        open.add(queue);
        UdpPeer peer = peer(1, 1, link);
        peer.send(ping(255, 191, 1));
        peer.send(ping(254, 190, 2));
        peer.send(ping(255, 190, 3));
        peer.send(ping(255, 0, 4));
        peer.send(ping(0, 0, 5));
        assertThat(queue.poll(10, TimeUnit.SECONDS).message().getInt("seq")).isEqualTo(3);
        assertThat(queue.poll(10, TimeUnit.SECONDS).message().getInt("seq")).isEqualTo(4);
        assertThat(queue.poll(10, TimeUnit.SECONDS).message().getInt("seq")).isEqualTo(5);
    }

    @Test
    void forwardsBetweenItsAddressesUnchangedAndNeverBack() throws Exception {
        MavlinkLink link = open(LinkSettings.of("udpin:127.0.0.1:0,udpin:127.0.0.1:0").withHeartbeat(6, Duration.ZERO));
        UdpPeer vehicle = peer(1, 1, link);
        UdpPeer station = new UdpPeer(254, 190, link.localPorts().get(1));
        open.add(station);
        try (FrameQueue beats = link.queue(named("HEARTBEAT"), 1)) {
            vehicle.heartbeat();
            // Delivered after it was passed on, to nobody yet.
            assertThat(beats.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        station.heartbeat(8, 6, 0);
        assertThat(vehicle.receive(named("HEARTBEAT")).systemId()).isEqualTo(254);

        byte[] unknown = new byte[10 + 3 + 2];
        unknown[0] = (byte) 0xFD;
        unknown[1] = 3;
        unknown[4] = 77;
        unknown[5] = 1;
        unknown[6] = 1;
        unknown[9] = 0x70;
        unknown[10] = 42;
        FrameCodecTest.seal(unknown, 200);
        vehicle.send(unknown);
        assertThat(station.receive(frame -> frame.messageId() == 0x700000).toBytes()).isEqualTo(unknown);

        byte[] addressed = vehicle.writer.toBytes(ping(254, 190, 6));
        vehicle.send(addressed);
        assertThat(station.receive(named("PING")).toBytes()).isEqualTo(addressed);
        vehicle.send(vehicle.dialect.message("SETUP_SIGNING").set("target_system", 254).set("initial_timestamp", 1));
        vehicle.send(ping(255, 190, 7));
        vehicle.send(ping(254, 190, 8));
        // In order: what was for us or must not be passed on would have arrived before.
        assertThat(station.receive(frame -> true).message().getInt("seq")).isEqualTo(8);
        assertThat(vehicle.receiveWithin(frame -> frame.systemId() == 1, 100)).isNull();
        assertThat(link.statistics().forwarded()).isEqualTo(4);
    }

    @Test
    void connectsOverTcpAndComesBackAfterTheServerDid() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            open(LinkSettings.of("tcp:127.0.0.1:" + port).withHeartbeat(6, Duration.ofMillis(50)));
            try (Socket first = server.accept()) {
                assertThat(first.getInputStream().read()).isEqualTo(0xFD);
            }
            try (Socket second = server.accept()) {
                assertThat(second.getInputStream().read()).isEqualTo(0xFD);
                byte[] beat = new FrameWriter(1, 1).toBytes(Dialect.standard().message("HEARTBEAT").set("autopilot", 12));
                second.getOutputStream().write(beat, 0, 5);
                second.getOutputStream().flush();
                second.getOutputStream().write(beat, 5, beat.length - 5);
                await().atMost(SECONDS).until(() -> !events.isEmpty());
            }
        }
    }

    @Test
    void servesSeveralTcpClientsAndDropsForOneThatDoesNotRead() throws Exception {
        MavlinkLink link = open(LinkSettings.of("tcpin:127.0.0.1:0").withHeartbeat(6, Duration.ZERO));
        int port = link.localPorts().get(0);
        try (Socket deaf = new Socket(InetAddress.getLoopbackAddress(), port);
             Socket reader = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // Both are connected as soon as a message reaches the one that reads.
            await().atMost(SECONDS).until(() -> {
                link.send(ping(0, 0, 0));
                return reader.getInputStream().available() > 0;
            });
            Thread drain = new Thread(() -> drain(reader));
            drain.start();
            byte[] ftp = new byte[251];
            ftp[250] = 1;
            await().atMost(SECONDS).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
                for (int n = 0; n < 1000; n++) {
                    link.sendFtp(1, 1, ftp, 0, ftp.length);
                }
                return link.statistics().sendDrops() > 1000;
            });
            reader.close();
            drain.join(5000);
        }
    }

    private static void drain(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            byte[] bytes = new byte[65536];
            while (in.read(bytes) >= 0) {
                // Nothing to do with them.
            }
        } catch (java.io.IOException e) {
            // The test has closed it.
        }
    }

    @Test
    void requiresSignaturesAndRefusesReplays() throws Exception {
        LinkSettings settings = LinkSettings.of("udpin:127.0.0.1:0").withSigning(SigningPolicy.REQUIRE, KEY, null);
        MavlinkLink link = open(settings);
        UdpPeer peer = peer(1, 1, link);
        peer.heartbeat();
        peer.send(peer.dialect.message("RADIO_STATUS").set("rssi", 9));
        peer.writer.signing(new MavlinkSigning(new byte[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8,
            9, 0, 1, 2}, 0, 0, System::currentTimeMillis));
        peer.heartbeat();
        FrameQueue all = link.queue(frame -> true, 10);
        open.add(all);
        peer.writer.signing(new MavlinkSigning(KEY, 0, 0, System::currentTimeMillis));
        byte[] good = peer.writer.toBytes(ping(0, 0, 5));
        peer.send(good);
        peer.send(good);
        peer.heartbeat();
        assertThat(link.awaitVehicle(1, 1, SECONDS)).get().extracting(Vehicle::heartbeats).isEqualTo(1L);
        await().atMost(SECONDS).until(() -> link.statistics().received() == 3);
        assertThat(link.statistics().unsigned()).isEqualTo(1);
        assertThat(link.statistics().badSignatures()).isEqualTo(1);
        assertThat(link.statistics().replays()).isEqualTo(1);
        assertThat(all.poll(1, TimeUnit.SECONDS).messageId()).isIn(4, 109);

        link.send(ping(1, 1, 6));
        assertThat(new MavlinkSigning(KEY, 0, 0, System::currentTimeMillis).verify(peer.receive(named("PING"))))
                .isEqualTo(MavlinkSigning.Verdict.GOOD);
    }

    @Test
    void acceptsUnsignedFramesButNoFalseSignaturesWhenToldSo() throws Exception {
        MavlinkLink link = open(LinkSettings.of("udpin:127.0.0.1:0").withSigning(SigningPolicy.ACCEPT, KEY, null));
        UdpPeer peer = peer(1, 1, link);
        peer.heartbeat();
        byte[] signed = peer.writer.signing(new MavlinkSigning(KEY, 0, 0, System::currentTimeMillis)).toBytes(ping(0, 0, 1));
        signed[signed.length - 1] ^= 1;
        peer.send(signed);
        await().atMost(SECONDS).until(() -> link.statistics().badSignatures() == 1);
        assertThat(link.statistics().received()).isEqualTo(1);
    }

    @Test
    void keepsTheSigningTimestampOverRestarts() throws Exception {
        Path file = folder.resolve("sub/timestamp");
        LinkSettings settings = LinkSettings.of("udpin:127.0.0.1:0").withSigning(SigningPolicy.REQUIRE, KEY, file);
        long future = 9_000_000_000_000_000L / 100;
        Files.createDirectories(file.getParent());
        Files.writeString(file, Long.toString(future));
        MavlinkLink link = MavlinkLink.open(settings);
        await().atMost(SECONDS).until(() -> Long.parseLong(Files.readString(file)) > future);
        link.close();
        assertThat(Long.parseLong(Files.readString(file))).isGreaterThanOrEqualTo(future);
        assertThat(Files.list(file.getParent())).hasSize(1);

        Files.writeString(file, "garbage");
        assertThatThrownBy(() -> MavlinkLink.open(settings)).hasMessageContaining("does not hold a MAVLink signing timestamp");
    }

    @Test
    void countsWhatWasLostOnTheWay() throws Exception {
        MavlinkLink link = listen();
        UdpPeer peer = peer(1, 1, link);
        for (int n = 0; n < 600; n++) {
            byte[] frame = peer.writer.toBytes(ping(0, 0, n));
            if (n % 10 != 5) {
                peer.send(frame);
            }
        }
        await().atMost(SECONDS).until(() -> link.statistics().received() == 540);
        assertThat(link.statistics().lost()).isEqualTo(60);
    }

    @Test
    void dropsTheOldestForAReaderThatIsTooSlow() throws Exception {
        MavlinkLink link = listen();
        FrameQueue queue = link.queue(named("PING"), 3);
        open.add(queue);
        UdpPeer peer = peer(1, 1, link);
        for (int n = 0; n < 10; n++) {
            peer.send(ping(0, 0, n));
        }
        await().atMost(SECONDS).until(() -> link.statistics().received() == 10);
        assertThat(queue.dropped()).isEqualTo(7);
        assertThat(queue.poll(1, TimeUnit.SECONDS).message().getInt("seq")).isEqualTo(7);
        queue.close();
        peer.send(ping(0, 0, 11));
        await().atMost(SECONDS).until(() -> link.statistics().received() == 11);
        assertThat(queue.dropped()).isEqualTo(7);
    }

    @Test
    void keepsOnAfterAListenerFailedAndIgnoresItsOwnEcho() throws Exception {
        MavlinkLink link = listen();
        link.subscribe(frame -> {
            throw new IllegalStateException("expected by the test");
        });
        FrameQueue queue = link.queue(named("PING"), 3);
        UdpPeer echo = peer(255, 190, link);
        echo.send(ping(0, 0, 1));
        UdpPeer peer = peer(1, 1, link);
        peer.send(ping(0, 0, 2));
        assertThat(queue.poll(10, TimeUnit.SECONDS).message().getInt("seq")).isEqualTo(2);
        assertThat(link.statistics().ownIds()).isEqualTo(1);
    }

    @Test
    void sharesOneLinkBetweenAllThatNameItAndClosesItWithTheLast() throws Exception {
        MavlinkLinks links = new MavlinkLinks((name, task) -> new Thread(task, name));
        int port;
        try (UdpPeer free = new UdpPeer(1, 1, 1)) {
            port = free.port();
        }
        LinkSettings settings = LinkSettings.of("udpin:127.0.0.1:" + port);
        MavlinkLink one = links.acquire(settings);
        MavlinkLink two = links.acquire(LinkSettings.of("udpin://127.0.0.1:" + port));
        assertThat(two).isSameAs(one);
        assertThatThrownBy(() -> links.acquire(settings.withIds(3, 3))).hasMessageContaining("already open").hasMessageContaining("as 3/3");
        assertThatThrownBy(() -> MavlinkLink.open(settings)).hasMessageContaining("Cannot open udpin:127.0.0.1:" + port);
        links.release(one);
        assertThat(one.localPorts()).containsExactly(port);
        links.release(two);
        MavlinkLink.open(settings).close();
    }

    @Test
    void sharesServicesBetweenItsUsersAndClosesThem() throws Exception {
        MavlinkLink link = listen();
        List<String> closed = new ArrayList<>();
        AutoCloseable one = link.service(AutoCloseable.class, l -> () -> closed.add("one"));
        assertThat(link.service(AutoCloseable.class, l -> () -> closed.add("two"))).isSameAs(one);
        assertThat(CommandSender.of(link)).isSameAs(CommandSender.of(link));
        link.close();
        assertThat(closed).containsExactly("one");
    }

    @Test
    void endsAllItsThreads() throws Exception {
        List<Thread> threads = new ArrayList<>();
        int peerPort = listen().localPorts().get(0);
        MavlinkLink link = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0,tcpin:127.0.0.1:0,tcp:127.0.0.1:1,udpout:127.0.0.1:" + peerPort),
                (name, task) -> {
                    Thread thread = new Thread(task, name);
                    threads.add(thread);
                    return thread;
                });
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), link.localPorts().get(1))) {
            assertThat(client.getInputStream().read()).isEqualTo(0xFD);
            link.close();
        }
        assertThat(threads).hasSizeGreaterThanOrEqualTo(6);
        await().atMost(SECONDS).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }
}
