package io.dromedary.oci;

import java.io.IOException;

/** Says why an artifact could not be read, in one sentence and with a stable {@link Kind}. The message never holds a credential. */
public class OciException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What went wrong; the name is the error code that leaves the process. */
    public enum Kind {
        /** The reference is not of the form {@code registry/repository[:tag][@digest]}. */
        INVALID_REFERENCE,
        /** The registry asked for credentials that are missing or wrong (401). */
        UNAUTHORIZED,
        /** The credentials are known, but do not allow this (403). */
        DENIED,
        /** No such repository, tag, manifest or blob (404). */
        NOT_FOUND,
        /** The registry still answered 429 after all tries. */
        RATE_LIMITED,
        /** The registry cannot be reached, or still answered with a server error after all tries. */
        REGISTRY_UNAVAILABLE,
        /** The registry did not answer, or stopped sending, for longer than allowed. */
        TIMEOUT,
        /** The answer is not what the distribution specification asks for. */
        INVALID_RESPONSE,
        /** The bytes received do not have the digest or the size that was promised. */
        DIGEST_MISMATCH,
        /** A manifest or artifact is larger than the configured limit. */
        TOO_LARGE,
        /** The manifest names no layer with content. */
        NO_LAYER,
        /** The index names no manifest for the wanted platform. */
        NO_PLATFORM,
        /** The registry object was closed while the request was under way. */
        CLOSED
    }

    private final Kind kind;

    /** A failure without a cause worth keeping. */
    public OciException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** A failure that another one brought about. */
    public OciException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** Whether the same request could succeed later without anybody changing it. */
    public boolean isTemporary() {
        return switch (kind) {
            case RATE_LIMITED, REGISTRY_UNAVAILABLE, TIMEOUT -> true;
            default -> false;
        };
    }
}
