package io.dromedary.mavlink;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One path to others: a UDP peer, a TCP connection, a serial line. Has its own sequence numbers and speaks the version its peer speaks.
 */
abstract class Channel {

    private final String name;
    private final FrameWriter writer;
    private final byte[] buffer = new byte[MavlinkFrame.MAX_LENGTH];
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private boolean heardVersion2;
    private volatile boolean isVersion1;
    private volatile long lastHeard = System.nanoTime();

    Channel(String name, LinkSettings settings, MavlinkSigning signing) {
        this.name = name;
        this.writer = new FrameWriter(settings.systemId(), settings.componentId()).signing(signing);
    }

    /**
     * Hands bytes to the network without waiting for a slow peer.
     *
     * @return false when they were dropped
     */
    abstract boolean transmit(byte[] data, int from, int length);

    /** Whether messages for everybody go here; false where another channel reaches the same peer with them. */
    boolean carriesBroadcasts() {
        return true;
    }

    synchronized boolean send(MavlinkMessage message) {
        // Version 1 has no room for ids above 255; whoever is sent one knows version 2.
        writer.version(isVersion1 && message.id() < 256 ? 1 : 2);
        return count(transmit(buffer, 0, writer.write(message, buffer, 0)));
    }

    synchronized boolean sendFtp(int targetSystem, int targetComponent, byte[] ftp, int from, int length) {
        writer.version(isVersion1 ? 1 : 2);
        return count(transmit(buffer, 0, writer.writeFtp(targetSystem, targetComponent, ftp, from, length, buffer, 0)));
    }

    boolean forward(MavlinkFrame frame) {
        return count(transmit(frame.buffer(), frame.offset(), frame.length()));
    }

    private boolean count(boolean done) {
        (done ? sent : dropped).incrementAndGet();
        return done;
    }

    /** Notes a frame from the peer: version 1 is answered in version 1 until the first frame of version 2. */
    void heard(MavlinkFrame frame, long now) {
        lastHeard = now;
        if (!heardVersion2) {
            heardVersion2 = frame.version() == 2;
            isVersion1 = !heardVersion2;
        }
    }

    long lastHeard() {
        return lastHeard;
    }

    long sent() {
        return sent.get();
    }

    long dropped() {
        return dropped.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
