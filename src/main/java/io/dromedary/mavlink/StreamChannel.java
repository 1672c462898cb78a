package io.dromedary.mavlink;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A channel over a stream. Frames wait in a bounded buffer for a writing thread, which sends all that has gathered at once; when a
 * slow peer lets it fill up, frames are dropped as a radio would.
 */
final class StreamChannel extends Channel {

    /** Half a second at 1 Mbit/s; more would only be late. */
    static final int BUFFER = 64 * 1024;

    private final OutputStream out;
    private byte[] waiting = new byte[BUFFER];
    private byte[] writing = new byte[BUFFER];
    private int waitingLength;
    private boolean closed;

    StreamChannel(String name, OutputStream out, Port.Owner owner) {
        super(name, owner.settings(), owner.signing());
        this.out = out;
    }

    @Override
    boolean transmit(byte[] data, int from, int length) {
        synchronized (out) {
            if (closed || waitingLength + length > BUFFER) {
                return false;
            }
            System.arraycopy(data, from, waiting, waitingLength, length);
            waitingLength += length;
            out.notifyAll();
            return true;
        }
    }

    /** Writes until the channel is closed or the stream fails. */
    void write() throws IOException, InterruptedException {
        while (true) {
            int length;
            synchronized (out) {
                while (waitingLength == 0 && !closed) {
                    out.wait();
                }
                if (closed) {
                    return;
                }
                byte[] gathered = waiting;
                length = waitingLength;
                waiting = writing;
                writing = gathered;
                waitingLength = 0;
            }
            out.write(writing, 0, length);
            out.flush();
        }
    }

    void close() {
        synchronized (out) {
            closed = true;
            out.notifyAll();
        }
    }
}
