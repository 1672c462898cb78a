package io.dromedary.console;

import java.util.List;

/** What became of the messages that came in, per edge, since the start. */
public interface EdgesMXBean {

    List<Edge> getEdges();

    /** Received and neither answered nor parked, over all edges: what is under way; 0 when idle, else something was lost. */
    long getUnaccounted();

    /** One edge. */
    interface Edge {

        String getName();

        long getReceived();

        long getAnswered();

        long getParked();

        long getUnaccounted();
    }
}
