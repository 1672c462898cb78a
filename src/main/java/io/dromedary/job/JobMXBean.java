package io.dromedary.job;

/** A job as management consoles see it. */
public interface JobMXBean {

    String getId();

    String getType();

    /** pending, in_progress, completed, cancelled or error. */
    String getStatus();

    /** 0 to 100. */
    double getProgress();

    String getMessage();

    /** Why it failed, or null. */
    String getErrorMessage();

    /** How many streams it feeds. */
    int getSubscribers();

    /** Cancels it and waits until it has stopped. @return false when it had ended */
    boolean cancel();
}
