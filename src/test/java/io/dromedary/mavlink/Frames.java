package io.dromedary.mavlink;

import java.util.ArrayList;
import java.util.List;

/** Collects the frames a parser finds. */
final class Frames implements FrameSink {

    final List<MavlinkFrame> all = new ArrayList<>();

    @Override
    public void frame(MavlinkFrame frame) {
        all.add(frame.copy());
    }

    static List<MavlinkFrame> inDatagram(byte[] datagram) {
        Frames frames = new Frames();
        new FrameParser(Dialect.standard(), frames).datagram(datagram, 0, datagram.length);
        return frames.all;
    }

    static MavlinkFrame only(byte[] datagram) {
        List<MavlinkFrame> found = inDatagram(datagram);
        if (found.size() != 1) {
            throw new AssertionError("expected one frame, found " + found);
        }
        return found.get(0);
    }

    static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
