package io.dromedary.zeromq;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMsg;

/**
 * Decides who may connect, for all sockets of one context (ZeroMQ RFC 27, ZAP 1.0). JeroMQ's own ZAuth reads keys from files only,
 * so it cannot take them from secrets; and it is one policy for all, while here each socket has its own, told apart by the domain.
 */
final class PeerAuthenticator {

    private static final String ENDPOINT = "inproc://zeromq.zap.01";

    private final Map<String, SocketSecurity> policies = new ConcurrentHashMap<>();
    private final AtomicLong domains = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ZMQ.Socket socket;
    private final Thread thread;

    PeerAuthenticator(ZMQ.Context context) {
        socket = context.socket(SocketType.REP);
        socket.setLinger(0);
        socket.bind(ENDPOINT);
        thread = new Thread(this::run, "zeromq-authenticator");
        thread.setDaemon(true);
        thread.start();
    }

    /** Registers a policy and names the domain that stands for it. */
    String register(SocketSecurity policy) {
        String domain = "dromedary-" + domains.incrementAndGet();
        policies.put(domain, policy);
        return domain;
    }

    void forget(String domain) {
        policies.remove(domain);
    }

    long refused() {
        return refused.get();
    }

    /** Waits for the thread, which ends when the context is terminated. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        try (socket) {
            while (true) {
                answer(ZMsg.recvMsg(socket));
            }
        } catch (ZMQException e) {
            if (e.getErrorCode() != ZMQ.Error.ETERM.getCode()) {
                throw e;
            }
        }
    }

    /** Frames: version, request id, domain, address, identity, mechanism, credentials. */
    private void answer(ZMsg request) {
        if (request == null) {
            return;
        }
        String version = request.popString();
        byte[] requestId = request.isEmpty() ? new byte[0] : request.pop().getData();
        String domain = request.popString();
        String address = request.popString();
        request.pop();
        String mechanism = request.popString();
        byte[] credentials = request.isEmpty() ? new byte[0] : request.pop().getData();
        boolean allowed = "1.0".equals(version) && domain != null && mechanism != null && allows(domain, address, mechanism, credentials);
        if (!allowed) {
            refused.incrementAndGet();
        }
        ZMsg reply = new ZMsg();
        reply.add("1.0");
        reply.add(requestId);
        reply.add(allowed ? "200" : "400");
        reply.add(allowed ? "OK" : "No access");
        reply.add(allowed ? HexFormat.of().formatHex(credentials).getBytes(StandardCharsets.US_ASCII) : new byte[0]);
        reply.add(new byte[0]);
        reply.send(socket);
    }

    private boolean allows(String domain, String address, String mechanism, byte[] credentials) {
        SocketSecurity policy = policies.get(domain);
        if (policy == null || policy.server() != "CURVE".equals(mechanism)) {
            return false;
        }
        boolean addressAllowed = policy.clientAddresses().isEmpty() || policy.clientAddresses().contains(host(address));
        boolean keyAllowed = policy.clientKeys().isEmpty() || policy.clientKeys().contains(HexFormat.of().formatHex(credentials));
        return addressAllowed && keyAllowed;
    }

    /** The address comes as host, or as host:port from some versions. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon > 0 && address.indexOf(':') == colon ? address.substring(0, colon) : address;
    }
}
