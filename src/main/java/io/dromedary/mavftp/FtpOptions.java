package io.dromedary.mavftp;

import java.time.Duration;

/**
 * How a client behaves.
 *
 * @param requestTimeout silence after which a single request has failed
 * @param stallTimeout time without a new byte after which a transfer has failed; long enough for a vehicle to reboot
 * @param checksumTimeout silence after which a checksum request has failed; PX4 needs seconds per 10 MB on an SD card
 * @param mode how files are read
 * @param maxWindow most read requests in flight, 1..512; 4 for a vehicle with a short request queue
 * @param minRetry shortest time before a request is repeated: 20 ms on a network, 200 ms on a serial line
 * @param verify whether the vehicle's checksum of a transferred file is compared with ours, where the vehicle can
 * @param resume whether an interrupted download leaves a partial file that the next one continues
 */
public record FtpOptions(Duration requestTimeout, Duration stallTimeout, Duration checksumTimeout, Mode mode, int maxWindow,
        Duration minRetry, boolean verify, boolean resume) {

    /** Most requests in flight: at 266 bytes per answer this fills 1 MB/s at 130 ms round trip. */
    public static final int MAX_WINDOW = 512;

    /** How a file is read. */
    public enum Mode {
        /** Single reads, many in flight; bursts when those leave the link idle and the burst proves faster. */
        AUTO,
        /** Only single reads, many in flight. */
        WINDOW,
        /** Only bursts, with single reads for what was lost. */
        BURST
    }

    /** For a network link. */
    public static final FtpOptions DEFAULT = new FtpOptions(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(120),
            Mode.AUTO, MAX_WINDOW, Duration.ofMillis(20), true, true);

    /** Checks the ranges. */
    public FtpOptions {
        if (maxWindow < 1 || maxWindow > MAX_WINDOW) {
            throw new IllegalArgumentException("maxWindow is " + maxWindow + ", must be 1 to " + MAX_WINDOW);
        }
        if (requestTimeout.isNegative() || stallTimeout.isNegative() || checksumTimeout.isNegative() || minRetry.toNanos() < 1_000_000) {
            throw new IllegalArgumentException("timeouts must be positive and minRetry at least 1 ms");
        }
    }

    /** The same with other time limits. */
    public FtpOptions withTimeout(Duration request, Duration stall) {
        return new FtpOptions(request, stall, checksumTimeout, mode, maxWindow, minRetry, verify, resume);
    }

    /** The same with another way to read. */
    public FtpOptions withMode(Mode newMode) {
        return new FtpOptions(requestTimeout, stallTimeout, checksumTimeout, newMode, maxWindow, minRetry, verify, resume);
    }

    /** The same with another limit of requests in flight. */
    public FtpOptions withMaxWindow(int window) {
        return new FtpOptions(requestTimeout, stallTimeout, checksumTimeout, mode, window, minRetry, verify, resume);
    }

    /** The same with another shortest retry time. */
    public FtpOptions withMinRetry(Duration retry) {
        return new FtpOptions(requestTimeout, stallTimeout, checksumTimeout, mode, maxWindow, retry, verify, resume);
    }

    /** The same with verification and resume switched. */
    public FtpOptions with(boolean newVerify, boolean newResume) {
        return new FtpOptions(requestTimeout, stallTimeout, checksumTimeout, mode, maxWindow, minRetry, newVerify, newResume);
    }
}
