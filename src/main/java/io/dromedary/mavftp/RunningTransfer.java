package io.dromedary.mavftp;

/**
 * A transfer that runs or waits for its turn.
 *
 * @param vehicle system id and component id, with a slash between
 * @param path    path on the vehicle
 * @param done    bytes so far
 * @param total   all of them; -1 when not known (yet)
 */
public record RunningTransfer(String vehicle, String path, long done, long total) {
}
