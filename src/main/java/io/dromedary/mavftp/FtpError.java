package io.dromedary.mavftp;

/** Error codes in a Nak of MAVLink FTP, and the one we add for silence. */
public final class FtpError {

    public static final int NONE = 0;
    public static final int FAIL = 1;
    public static final int FAIL_ERRNO = 2;
    public static final int INVALID_DATA_SIZE = 3;
    public static final int INVALID_SESSION = 4;
    public static final int NO_SESSIONS_AVAILABLE = 5;
    public static final int EOF = 6;
    public static final int UNKNOWN_COMMAND = 7;
    public static final int FILE_EXISTS = 8;
    public static final int FILE_PROTECTED = 9;
    public static final int FILE_NOT_FOUND = 10;
    /** Not on the wire: the vehicle stayed silent until the time limit. pymavlink uses the same number. */
    public static final int REMOTE_REPLY_TIMEOUT = 73;

    private static final String[] NAMES = {"None", "Fail", "FailErrno", "InvalidDataSize", "InvalidSession", "NoSessionsAvailable",
        "EndOfFile", "UnknownCommand", "FileExists", "FileProtected", "FileNotFound"};

    private FtpError() {
    }

    /** The name the MAVLink guide gives an error. */
    public static String name(int error) {
        if (error == REMOTE_REPLY_TIMEOUT) {
            return "RemoteReplyTimeout";
        }
        return error >= 0 && error < NAMES.length ? NAMES[error] : "error " + error;
    }

    /** The meaning of the errno values that NuttX and Linux share, else the number. */
    public static String errnoName(int errno) {
        return switch (errno) {
            case 2 -> "no such file or directory";
            case 5 -> "input/output error";
            case 13 -> "permission denied";
            case 17 -> "file exists";
            case 20 -> "not a directory";
            case 21 -> "is a directory";
            case 24 -> "too many open files";
            case 28 -> "no space left on device";
            case 30 -> "read-only file system";
            case 39, 90 -> "directory not empty";
            default -> "errno " + errno;
        };
    }
}
