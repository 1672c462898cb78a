package io.dromedary.zeromq;

import java.time.Duration;
import java.util.List;

/**
 * Everything that shapes one socket.
 *
 * @param pattern what the socket is for
 * @param addresses where it binds or connects; never empty
 * @param bind whether it binds
 * @param subscriptions topic prefixes in bytes, for SUB only
 * @param sendHighWaterMark messages kept for a peer that does not take them
 * @param receiveHighWaterMark messages kept for us per peer before it is made to wait
 * @param queueSize messages kept between the callers and the socket's thread, in either direction
 * @param linger how long unsent messages are still delivered after the socket is closed
 * @param reconnectInterval first pause before a lost connection is tried again
 * @param reconnectIntervalMax longest pause; each one is twice the last
 * @param maxMessageSize bytes of one frame; a peer that sends more is cut off
 * @param handshakeTimeout how long a new connection may take to be agreed on before it is dropped and made anew; kept short, since
 *        JeroMQ 0.6.0 forgets to start one in a hundred (its pull request 1022) and then waits for this time
 * @param heartbeatInterval pause between ZMTP PINGs that find dead peers; zero for none
 * @param slowSubscriberTimeout how long PUB waits for a subscriber whose queue is full before it drops for it
 * @param security encryption and authentication
 */
public record SocketSettings(SocketPattern pattern, List<String> addresses, boolean bind, List<byte[]> subscriptions,
        int sendHighWaterMark, int receiveHighWaterMark, int queueSize, Duration linger, Duration reconnectInterval,
        Duration reconnectIntervalMax, long maxMessageSize, Duration handshakeTimeout, Duration heartbeatInterval, Duration slowSubscriberTimeout,
        SocketSecurity security) {

    /** The defaults of ZeroMQ, except that nothing is unlimited. */
    public static SocketSettings of(SocketPattern pattern, String addresses) {
        return new SocketSettings(pattern, Addresses.parse(addresses), pattern.bindsByDefault(), List.of(new byte[0]), 1000, 1000, 1000,
                Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofSeconds(5), 16 << 20, Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO,
                SocketSecurity.NONE);
    }
}
