package io.dromedary.mavlink;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP in all three forms. A listening port has a channel per address that sent a valid frame, and forgets silent ones. It is a socket and no
 * channel of NIO, which closes when a thread that uses it is interrupted, as that of a cancelled job is.
 */
final class UdpPort implements Port {

    private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

    /** The default of 208 KB loses bursts. */
    private static final int SOCKET_BUFFER = 4 * 1024 * 1024;
    private static final int MAX_PEERS = 64;
    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_AFTER_ERROR_MILLIS = 100;

    private final LinkAddress address;
    private final Owner owner;
    private final FrameParser parser;
    private final Map<SocketAddress, Peer> peers = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private DatagramSocket socket;
    private Thread reader;
    private Peer fixed;
    private SocketAddress source;

    UdpPort(LinkAddress address, Owner owner) {
        this.address = address;
        this.owner = owner;
        this.parser = owner.parser(this::frame);
    }

    @Override
    public void open() throws IOException {
        InetAddress host = InetAddress.getByName(address.host());
        InetSocketAddress there = new InetSocketAddress(host, address.port());
        socket = new DatagramSocket(null);
        try {
            socket.setReceiveBufferSize(SOCKET_BUFFER);
            socket.setSendBufferSize(SOCKET_BUFFER);
            socket.setBroadcast(address.kind() == LinkAddress.Kind.UDP_BROADCAST);
            socket.bind(local(there));
        } catch (IOException e) {
            socket.close();
            throw new IOException("Cannot open " + address + ": " + e.getMessage(), e);
        }
        if (address.kind() != LinkAddress.Kind.UDP_IN) {
            fixed = new Peer(there, true);
            owner.opened(fixed);
        }
        reader = owner.thread("mavlink-" + address, this::read);
        reader.start();
    }

    /** Where to listen; for a peer on this machine only there, so that nobody else can send to it. */
    private SocketAddress local(InetSocketAddress there) {
        return switch (address.kind()) {
            case UDP_IN -> there;
            case UDP_OUT -> there.getAddress().isLoopbackAddress() ? new InetSocketAddress(there.getAddress(), 0) : null;
            default -> null;
        };
    }

    @Override
    public int localPort() {
        return socket.getLocalPort();
    }

    private void read() {
        byte[] bytes = new byte[65536];
        DatagramPacket datagram = new DatagramPacket(bytes, bytes.length);
        while (!socket.isClosed()) {
            try {
                datagram.setLength(bytes.length);
                socket.receive(datagram);
                source = datagram.getSocketAddress();
                parser.datagram(bytes, 0, datagram.getLength());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.debug("Reading from {}: {}", address, e.toString());
                    pause();
                }
            }
        }
    }

    private void pause() {
        try {
            // Ends at once when the port is closed; without it an error that stays would keep a core busy.
            closing.await(PAUSE_AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void frame(MavlinkFrame frame) {
        Peer peer = peer(source);
        if (peer != null) {
            owner.frame(peer, frame);
        }
    }

    /** The channel of a sender, made on its first valid frame; null when it is not to be heard. */
    private Peer peer(SocketAddress from) {
        if (address.kind() == LinkAddress.Kind.UDP_OUT) {
            return ((InetSocketAddress) from).getAddress().equals(fixed.address().getAddress()) ? fixed : null;
        }
        Peer known = peers.get(from);
        if (known == null && peers.size() < MAX_PEERS && !socket.isClosed()) {
            known = new Peer((InetSocketAddress) from, address.kind() == LinkAddress.Kind.UDP_IN);
            peers.put(from, known);
            owner.opened(known);
        }
        return known;
    }

    @Override
    public void expire(long now) {
        peers.values().removeIf(peer -> {
            boolean silent = now - peer.lastHeard() > FORGET_NANOS;
            if (silent) {
                owner.closed(peer);
            }
            return silent;
        });
    }

    @Override
    public void close() {
        closing.countDown();
        socket.close();
        try {
            reader.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.values().forEach(owner::closed);
        peers.clear();
        if (fixed != null) {
            owner.closed(fixed);
        }
    }

    private final class Peer extends Channel {

        private final InetSocketAddress address;
        private final boolean broadcasts;

        Peer(InetSocketAddress address, boolean broadcasts) {
            super("udp " + address, owner.settings(), owner.signing());
            this.address = address;
            this.broadcasts = broadcasts;
        }

        InetSocketAddress address() {
            return address;
        }

        @Override
        boolean carriesBroadcasts() {
            return broadcasts;
        }

        @Override
        boolean transmit(byte[] data, int from, int length) {
            try {
                socket.send(new DatagramPacket(data, from, length, address));
                return true;
            } catch (IOException e) {
                // No route at this moment, or closed: like a radio out of range.
                LOG.debug("Sending to {}: {}", address, e.toString());
                return false;
            }
        }
    }
}
