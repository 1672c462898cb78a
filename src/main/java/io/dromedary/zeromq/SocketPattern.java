package io.dromedary.zeromq;

import java.util.Locale;

import org.zeromq.SocketType;

/**
 * The messaging patterns, each with the socket type that carries it. REQ and REP ride on DEALER and ROUTER sockets, whose bytes on
 * the wire are the same but which do not lock up when the other side dies between request and reply.
 */
public enum SocketPattern {
    PUB(SocketType.PUB, true), SUB(SocketType.SUB, false), PUSH(SocketType.PUSH, false), PULL(SocketType.PULL, true),
    REQ(SocketType.DEALER, false), REP(SocketType.ROUTER, true), DEALER(SocketType.DEALER, false), ROUTER(SocketType.ROUTER, true);

    private final SocketType socketType;
    private final boolean bindsByDefault;

    SocketPattern(SocketType socketType, boolean bindsByDefault) {
        this.socketType = socketType;
        this.bindsByDefault = bindsByDefault;
    }

    /**
     * Reads a pattern from its name in any case.
     *
     * @throws IllegalArgumentException naming the patterns that exist
     */
    public static SocketPattern of(String name) {
        try {
            return valueOf(name.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Unknown ZeroMQ pattern '" + name + "': one of pub, sub, push, pull, req, rep, dealer, router");
        }
    }

    SocketType socketType() {
        return socketType;
    }

    /** Whether this end is the one that usually stays at a fixed address: PUB, PULL, REP and ROUTER. */
    public boolean bindsByDefault() {
        return bindsByDefault;
    }

    /** Whether this end takes messages that nobody here asked for: SUB, PULL, REP and ROUTER. */
    public boolean consumes() {
        return this == SUB || this == PULL || this == REP || this == ROUTER;
    }

    /** Whether this end answers what it takes: REP and ROUTER. */
    public boolean answers() {
        return this == REP || this == ROUTER;
    }

    /** Whether this end can wait for an answer to what it sends: REQ and DEALER. */
    public boolean asks() {
        return this == REQ || this == DEALER;
    }
}
