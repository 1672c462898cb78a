package io.dromedary.embedded;

/** A backing service that runs beside the application when no address of a real one is configured. */
public interface EmbeddedServer extends AutoCloseable {

    /** The short name that the start-up lines use, such as {@code mqtt}. */
    String name();

    /**
     * Chooses the address and the credentials, so that clients can be told of them while the server still starts; quick.
     *
     * @throws StartRefused when a port is taken or the state on disk cannot be used
     */
    void claim();

    /**
     * Starts the server, claimed or not, and returns once clients can use it.
     *
     * @throws StartRefused when a port is taken or the state on disk cannot be used
     */
    void start();

    /**
     * Where clients find it: {@code host:port}, or a JDBC URL. With port 0 it is known only after {@link #claim()}. Never waits
     * for a start: the application is told while the server still starts.
     */
    String address();

    /** Whether a server that was started still runs, or has ended by itself. */
    default boolean isRunning() {
        return true;
    }

    /** Stops the server in an orderly way; its data stays. Does nothing when it is not running. */
    void stop();

    @Override
    default void close() {
        stop();
    }
}
