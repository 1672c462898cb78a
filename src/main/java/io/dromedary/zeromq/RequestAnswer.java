package io.dromedary.zeromq;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one answer to a request. Who gives it first decides it: the end of the route, or somebody before; what comes later is dropped. Thread safe. */
public final class RequestAnswer {

    /** The way back to the sender of the request. */
    interface Way {
        void send(List<byte[]> frames) throws IOException;
    }

    private final AtomicBoolean sent = new AtomicBoolean();
    private final Way way;

    RequestAnswer(Way way) {
        this.way = way;
    }

    /** Whether the request has its answer. */
    public boolean isSent() {
        return sent.get();
    }

    /**
     * Answers the request, unless that has been done.
     *
     * @param frames the content, without routing frames
     * @return whether this was the answer
     * @throws IOException when the socket is closed or takes nothing for the endpoint's send timeout
     */
    public boolean send(List<byte[]> frames) throws IOException {
        if (!sent.compareAndSet(false, true)) {
            return false;
        }
        way.send(frames);
        return true;
    }
}
