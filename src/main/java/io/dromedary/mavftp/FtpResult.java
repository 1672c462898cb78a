package io.dromedary.mavftp;

/**
 * The outcome of an operation.
 *
 * @param value what was asked for
 * @param statistics what it cost
 */
public record FtpResult<T>(T value, FtpStatistics statistics) {
}
