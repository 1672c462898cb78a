package io.dromedary.mavftp;

/**
 * The fate of one file in a removal of many.
 *
 * @param path path on the vehicle
 * @param error why it is still there; null when it is gone
 */
public record FtpRemoval(String path, String error) {

    /** Whether the file is gone. */
    public boolean removed() {
        return error == null;
    }
}
