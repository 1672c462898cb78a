package io.dromedary.bucket;

import java.time.Duration;
import java.util.function.Consumer;

import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * How much goes in one request, and how long it may take.
 *
 * @param put      the largest file, in bytes, that is sent at once; larger ones go in parts
 * @param copy     the largest object, in bytes, that is copied at once
 * @param patience how long an attempt may take, without the time of its bytes
 * @param rate     the slowest rate of a transfer, in bytes a second
 */
record TransferLimits(long put, long copy, Duration patience, long rate) {

    /** S3's own limit of what one request stores. */
    private static final long MAX_REQUEST = 5L << 30;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long SLOWEST = 16L << 10;

    /** To a store anywhere: parts use several connections, and only what was lost is sent again. */
    static final TransferLimits FAR = new TransferLimits(ObjectParts.SMALLEST, MAX_REQUEST, PATIENCE, SLOWEST);
    /** To a store on this machine, where nothing is lost and parts only have to be joined again. */
    static final TransferLimits NEAR = new TransferLimits(MAX_REQUEST, MAX_REQUEST, PATIENCE, SLOWEST);

    /** Four parts share a link: one that carries 64 KiB/s gets them through. */
    Consumer<AwsRequestOverrideConfiguration.Builder> patient(long bytes) {
        Duration attempt = patience.plusSeconds(bytes / rate);
        return override -> override.apiCallAttemptTimeout(attempt).apiCallTimeout(attempt.multipliedBy(2));
    }
}
