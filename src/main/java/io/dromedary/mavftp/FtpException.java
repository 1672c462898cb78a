package io.dromedary.mavftp;

import java.io.IOException;

/** A file operation that the vehicle refused or did not answer. The message names the operation, the path and the reason. */
public class FtpException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int error;
    private final int errno;
    private final boolean retried;

    /** An error found on our side. */
    public FtpException(int error, String message) {
        this(error, 0, false, message);
    }

    FtpException(int error, int errno, boolean retried, String message) {
        super(message);
        this.error = error;
        this.errno = errno;
        this.retried = retried;
    }

    /** The code, one of {@link FtpError}. */
    public int error() {
        return error;
    }

    /** The vehicle's errno, or 0. */
    public int errno() {
        return errno;
    }

    /** Whether the request was sent more than once: then "not found" after a remove may mean that the first one worked. */
    boolean retried() {
        return retried;
    }

    /** Whether the vehicle stayed silent. */
    public boolean isTimeout() {
        return error == FtpError.REMOTE_REPLY_TIMEOUT;
    }

    /** Whether the vehicle said that the file or directory does not exist (PX4 before 1.13 sends errno 2 instead of the code). */
    public boolean isNotFound() {
        return error == FtpError.FILE_NOT_FOUND || error == FtpError.FAIL_ERRNO && errno == 2;
    }

    /** Whether the vehicle said that the file or directory exists already. */
    public boolean isExisting() {
        return error == FtpError.FILE_EXISTS || error == FtpError.FAIL_ERRNO && errno == 17;
    }
}
