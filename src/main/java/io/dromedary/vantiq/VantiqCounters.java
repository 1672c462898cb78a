package io.dromedary.vantiq;

import java.util.concurrent.atomic.LongAdder;

/** What happened on a source since the session was created. Every number only grows. */
final class VantiqCounters {

    /** Notifications written to a socket, those sent again included. */
    final LongAdder sent = new LongAdder();
    /** Notifications sent again because a connection broke before they were known to have arrived. */
    final LongAdder resent = new LongAdder();
    /** Notifications given up because the queue was full; 0 in normal operation. */
    final LongAdder dropped = new LongAdder();
    /** Notifications and responses the server refused with a status of 300 or more. */
    final LongAdder refused = new LongAdder();
    /** Publishes and queries received. */
    final LongAdder received = new LongAdder();
    /** Frames that were neither understood nor needed. */
    final LongAdder malformed = new LongAdder();
    /** Queries answered with a result. */
    final LongAdder answered = new LongAdder();
    /** Queries answered with an error. */
    final LongAdder failed = new LongAdder();
    /** Attempts to open a connection. */
    final LongAdder attempts = new LongAdder();
    /** Sessions that reached the configuration. */
    final LongAdder connects = new LongAdder();
}
