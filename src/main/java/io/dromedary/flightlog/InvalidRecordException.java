package io.dromedary.flightlog;

/** A stored row is no flight record; the text names each field and what is wrong with it. */
public class InvalidRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidRecordException(String message) {
        super(message);
    }
}
