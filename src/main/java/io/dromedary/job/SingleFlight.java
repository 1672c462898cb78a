package io.dromedary.job;

/** What happens when a job of the same type and key is not over yet. */
public enum SingleFlight {
    /** The new job is started beside it. */
    ALLOW,
    /** The new job is not started: an error that names the other one. */
    REFUSE,
    /** The other one is cancelled and its end awaited. */
    REPLACE
}
