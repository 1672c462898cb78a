package io.dromedary.vantiq;

/** A mistake in the connector's configuration. The message names the file or property and the key, and never shows a secret. */
public class VantiqConfigException extends VantiqException {

    private static final long serialVersionUID = 1L;

    public VantiqConfigException(String message) {
        super(message);
    }

    public VantiqConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
