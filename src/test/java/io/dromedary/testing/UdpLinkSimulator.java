package io.dromedary.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

import io.dromedary.embedded.LinkModel;

/**
 * A radio between two UDP programs: both send to a port of ours and get the other's datagrams late, lossy and slow as two
 * {@link LinkModel}s say. A side is known as soon as it has sent something.
 */
public final class UdpLinkSimulator implements AutoCloseable {

    private static final int BUFFER = 4 << 20;

    private record Packet(long at, long order, ByteBuffer data) implements Comparable<Packet> {
        @Override
        public int compareTo(Packet other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** One direction: a thread that reads and a thread that delivers. */
    private final class Direction {
        final DatagramChannel in;
        final DatagramChannel out;
        final LinkModel model;
        final PriorityQueue<Packet> waiting = new PriorityQueue<>();
        final boolean vehicleSends;
        volatile Thread deliverer;
        long order;

        Direction(DatagramChannel in, DatagramChannel out, LinkModel model, boolean vehicleSends) {
            this.in = in;
            this.out = out;
            this.model = model;
            this.vehicleSends = vehicleSends;
        }

        void read() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
            try {
                while (!closed) {
                    SocketAddress from = in.receive(buffer.clear());
                    if (vehicleSends) {
                        vehicle = from;
                    } else {
                        client = from;
                    }
                    take(buffer.flip());
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void take(ByteBuffer datagram) throws IOException {
            long now = System.nanoTime();
            long[] arrivals = model.send(now, datagram.remaining());
            for (long at : arrivals) {
                if (at <= now) {
                    deliver(datagram.duplicate());
                    continue;
                }
                ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram.duplicate()).flip();
                boolean first;
                synchronized (waiting) {
                    waiting.add(new Packet(at, order++, copy));
                    first = waiting.peek().data == copy;
                }
                if (first) {
                    LockSupport.unpark(deliverer);
                }
            }
        }

        void deliverLate() {
            try {
                while (!closed) {
                    Packet due = null;
                    long next;
                    synchronized (waiting) {
                        Packet head = waiting.peek();
                        next = head == null ? Long.MAX_VALUE : head.at - System.nanoTime();
                        if (next <= 0) {
                            due = waiting.poll();
                        }
                    }
                    if (due != null) {
                        deliver(due.data);
                    } else {
                        LockSupport.parkNanos(Math.min(next, 50_000_000L));
                    }
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void deliver(ByteBuffer data) throws IOException {
            SocketAddress to = vehicleSends ? client : vehicle;
            if (to != null) {
                try {
                    out.send(data, to);
                } catch (java.net.PortUnreachableException e) {
                    // the peer is not there (any more)
                }
            }
        }
    }

    private final DatagramChannel vehicleSide = open();
    private final DatagramChannel clientSide = open();
    private volatile SocketAddress vehicle;
    private volatile SocketAddress client;
    private volatile boolean closed;

    /** @param up towards the vehicle @param down from the vehicle */
    public UdpLinkSimulator(LinkModel up, LinkModel down) throws IOException {
        start(new Direction(vehicleSide, clientSide, down, true), "down");
        start(new Direction(clientSide, vehicleSide, up, false), "up");
    }

    private void start(Direction direction, String name) {
        Thread reader = new Thread(direction::read, "link-" + name + "-in");
        direction.deliverer = new Thread(direction::deliverLate, "link-" + name + "-out");
        reader.setDaemon(true);
        direction.deliverer.setDaemon(true);
        reader.start();
        direction.deliverer.start();
    }

    private static DatagramChannel open() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
        return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Where the vehicle's program sends. */
    public int vehiclePort() throws IOException {
        return ((InetSocketAddress) vehicleSide.getLocalAddress()).getPort();
    }

    /** Where the client's program sends. */
    public int clientPort() throws IOException {
        return ((InetSocketAddress) clientSide.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        vehicleSide.close();
        clientSide.close();
    }
}
