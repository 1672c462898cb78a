package io.dromedary.mavftp;

import java.io.IOException;

/** One client's view of one vehicle component: sends, waits, tells the time. Used by a single thread; simulated time in tests. */
interface FtpChannel {

    /** An answer and the moment it came in. */
    record Reply(FtpPayload payload, long arrival) {
    }

    /** A steady clock in nanoseconds. */
    long nanoTime();

    void send(FtpPayload payload) throws IOException;

    /** The next answer; null when the deadline is reached or the channel was woken. */
    Reply poll(long deadline) throws InterruptedException;

    /** Whether the component was heard before and has fallen silent. */
    boolean isLost();
}
