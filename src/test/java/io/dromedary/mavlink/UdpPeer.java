package io.dromedary.mavlink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** A component of its own on a UDP socket, for what a {@link MavlinkLink} would not do. */
final class UdpPeer implements AutoCloseable {

    final FrameWriter writer;
    final Dialect dialect = Dialect.standard();
    private final DatagramSocket socket;
    private InetSocketAddress to;

    UdpPeer(int systemId, int componentId, int toPort) {
        this(systemId, componentId, toPort, InetAddress.getLoopbackAddress());
    }

    /** Only a socket bound to all interfaces, which is {@code null}, gets broadcasts. */
    UdpPeer(int systemId, int componentId, int toPort, InetAddress bound) {
        try {
            writer = new FrameWriter(systemId, componentId);
            socket = bound == null ? new DatagramSocket(0) : new DatagramSocket(0, bound);
            to = new InetSocketAddress(InetAddress.getLoopbackAddress(), toPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    void send(byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(MavlinkMessage message) {
        send(writer.toBytes(message));
    }

    /** A heartbeat of a PX4 quadrotor. */
    void heartbeat() {
        heartbeat(12, 2, 0);
    }

    void heartbeat(int autopilot, int type, int baseMode) {
        send(dialect.message("HEARTBEAT").set("type", type).set("autopilot", autopilot).set("base_mode", baseMode)
                .set("mavlink_version", 3));
    }

    /** The next frame that matches; an error after 5 s. Answers go to where it came from. */
    MavlinkFrame receive(Predicate<MavlinkFrame> wanted) {
        return receive(wanted, 5000);
    }

    /** As {@link #receive(Predicate)}; null when none came within the time. */
    MavlinkFrame receiveWithin(Predicate<MavlinkFrame> wanted, int millis) {
        try {
            return receive(wanted, millis);
        } catch (AssertionError e) {
            return null;
        }
    }

    private MavlinkFrame receive(Predicate<MavlinkFrame> wanted, int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            while (System.nanoTime() < end) {
                socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
                socket.receive(packet);
                to = new InetSocketAddress(packet.getAddress(), packet.getPort());
                List<MavlinkFrame> frames = Frames.inDatagram(Arrays.copyOf(packet.getData(), packet.getLength()));
                for (MavlinkFrame frame : frames) {
                    if (wanted.test(frame)) {
                        return frame;
                    }
                }
            }
        } catch (SocketTimeoutException e) {
            // falls through
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("no such frame within " + millis + " ms");
    }

    static Predicate<MavlinkFrame> named(String name) {
        return frame -> frame.definition() != null && frame.definition().name().equals(name);
    }

    @Override
    public void close() {
        socket.close();
    }
}
