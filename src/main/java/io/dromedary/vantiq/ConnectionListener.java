package io.dromedary.vantiq;

import java.util.Map;

/** What a {@link VantiqConnection} tells its session, on the event loop of both. */
interface ConnectionListener {

    /** How a connection ended. */
    enum End {
        /** By agreement: the server closed with 1000 or 1001, asked to reconnect, or we closed. */
        CLEAN,
        /** By a fault: try again after a wait. */
        FAILED,
        /** The server does not accept the token. */
        LOGIN_REFUSED
    }

    /** The source's configuration came; {@link VantiqConnection#ready()} is to follow when it is in place. */
    void configured(Map<String, Object> configuration);

    /** A message came after the configuration. */
    void message(VantiqMessage message);

    /** What came after the configuration is no message. */
    void malformed(String why);

    /** The socket takes more. */
    void drained();

    /** The server answered {@link VantiqConnection#pingDelivery(long)}. */
    void ponged(long mark);

    /**
     * The connection is over.
     *
     * @param handshaken whether we said goodbye and the server answered, so that it has read all we wrote
     */
    void ended(End how, String why, boolean handshaken);
}
