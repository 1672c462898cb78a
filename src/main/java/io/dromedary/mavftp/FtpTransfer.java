package io.dromedary.mavftp;

/**
 * A file that was transferred.
 *
 * @param path path on the vehicle
 * @param size length of the file in bytes
 * @param verification how the content was checked
 */
public record FtpTransfer(String path, long size, Verification verification) {

    /** How the content of a transferred file was checked. */
    public enum Verification {
        /** The vehicle's checksum equals ours. */
        VERIFIED,
        /** The vehicle cannot compute checksums. */
        UNSUPPORTED,
        /** The vehicle has not told its checksum: it was lost after the last byte, or did not answer in time. All bytes are here. */
        UNANSWERED,
        /** The file grew while it was read, as a log being written does: what was there at the start is complete. */
        GREW,
        /** Not asked for, or a virtual file whose size the vehicle does not know. */
        OFF
    }
}
