package io.dromedary.zeromq;

import java.util.Set;

/**
 * Encryption and authentication of one socket.
 *
 * @param server whether this end is the CURVE server, the one whose public key the others know
 * @param publicKey our public key, or null for no encryption
 * @param secretKey our secret key, or null
 * @param serverKey the server's public key, for the client's end
 * @param clientKeys public keys in lower-case hexadecimal that may connect; empty: every client that knows the server's key
 * @param clientAddresses IP addresses that may connect; empty: all
 */
public record SocketSecurity(boolean server, byte[] publicKey, byte[] secretKey, byte[] serverKey, Set<String> clientKeys,
        Set<String> clientAddresses) {

    /** Neither encrypted nor authenticated, as plain ZeroMQ is. */
    public static final SocketSecurity NONE = new SocketSecurity(false, null, null, null, Set.of(), Set.of());

    /** @throws IllegalArgumentException when keys are missing for the part this end plays, instead of falling back to plain text */
    public SocketSecurity {
        if (server && (publicKey == null || secretKey == null)) {
            throw new IllegalArgumentException("A CURVE server needs its public and its secret key");
        }
        if (!server && serverKey != null && (publicKey == null || secretKey == null)) {
            throw new IllegalArgumentException("A CURVE client needs its own public and secret key beside the server's key");
        }
        if (!server && serverKey == null && secretKey != null) {
            throw new IllegalArgumentException("A CURVE secret key is set, but this end is neither a CURVE server nor told the server's key");
        }
        if (!clientKeys.isEmpty() && !server) {
            throw new IllegalArgumentException("Client keys can only be checked by a CURVE server");
        }
    }

    boolean encrypted() {
        return server || serverKey != null;
    }

    /** Whether connecting peers are checked; a CURVE server always asks, so that a check added for another socket never loosens it. */
    boolean authenticates() {
        return server || !clientAddresses.isEmpty();
    }
}
