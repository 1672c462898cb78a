package io.dromedary.job;

import java.util.Map;

/** Where the messages of progress streams go: a route that consumes them. */
interface JobSink {

    /** Whether it takes the messages of a type of job. */
    boolean wants(String type);

    /** The rate at which it wants every job of those types without being asked; 0 for only what is subscribed. */
    double rate();

    /** Takes a message; {@code done} is called when it has gone out. */
    void send(Map<String, Object> message, Runnable done);
}
