package io.dromedary.embedded;

/** A backing service that runs beside the application when no address of a real one is configured. */
public interface EmbeddedServer extends AutoCloseable {

    /** The short name that the start-up lines use, such as {@code mqtt}. */
    String name();

    /**
     * Starts the server and returns once clients can use it.
     *
     * @throws StartRefused when a port is taken or the state on disk cannot be used
     */
    void start();

    /**
     * Where clients find it: {@code host:port}, or a JDBC URL. With port 0 it is known only after {@link #start()}.
     */
    String address();

    /** Stops the server in an orderly way; its data stays. Does nothing when it is not running. */
    void stop();

    @Override
    default void close() {
        stop();
    }
}
