package io.dromedary.mavlink;

import java.io.IOException;

/** One address of a link: opens sockets or lines, and one channel per peer on them. */
interface Port {

    /** Begins to read, on threads of its own. A peer that is away is no error. */
    void open() throws IOException;

    /** The local UDP or TCP port, -1 when there is none. */
    int localPort();

    /** Forgets peers that were not heard for long. */
    void expire(long now);

    /** Ends the threads and channels; waits at most two seconds. */
    void close();

    /** What a port tells its link. */
    interface Owner {

        LinkSettings settings();

        MavlinkSigning signing();

        /** A thread for a port to run on, not started. */
        Thread thread(String name, Runnable task);

        void opened(Channel channel);

        void closed(Channel channel);

        void frame(Channel from, MavlinkFrame frame);

        /** A parser whose counters belong to the link's. */
        FrameParser parser(FrameSink sink);

        /** Keeps the counters of a parser that is not used any more. */
        void retired(FrameParser parser);
    }
}
