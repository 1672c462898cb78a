package io.dromedary.trainer;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ties commands that were sent to the results that come late, by device, command and nonce. The bean {@code trainerCalls}. A call is
 * forgotten when its result came or its time is over; there are never more than the limit.
 */
public final class TrainerCalls {

    private final int limit;
    private long lifeMillis;
    private TrainerDevices devices;
    private final Map<String, CompletableFuture<Map<String, Object>>> open = new ConcurrentHashMap<>();
    /** Starts anywhere, so that two clients of one device hardly meet; stays a positive 31 bit number, which all devices give back. */
    private final AtomicLong nonces = new AtomicLong(new SecureRandom().nextInt(1 << 30));

    /**
     * @param devices where the addresses are
     * @param limit calls that may be open at once
     * @param lifeMillis how long a late result is waited for
     */
    public TrainerCalls(TrainerDevices devices, int limit, long lifeMillis) {
        this.devices = devices;
        this.limit = limit;
        this.lifeMillis = lifeMillis;
    }

    /** Calls to devices of their own, for kamelets. */
    public TrainerCalls() {
        this(null, 10_000, 10_000);
    }

    /** The devices, as {@link TrainerDevices} takes them. */
    public void setDevices(String list) {
        devices = new TrainerDevices(list);
    }

    public void setLifeMillis(long lifeMillis) {
        this.lifeMillis = lifeMillis;
    }

    /** One command that was sent. */
    public static final class Call {

        private final String device;
        private final String address;
        private final int command;
        private final long nonce;
        private final CompletableFuture<Map<String, Object>> result;

        private Call(String device, String address, int command, long nonce, CompletableFuture<Map<String, Object>> result) {
            this.device = device;
            this.address = address;
            this.command = command;
            this.nonce = nonce;
            this.result = result;
        }

        public String getDevice() {
            return device;
        }

        public String getAddress() {
            return address;
        }

        public int getCommand() {
            return command;
        }

        public long getNonce() {
            return nonce;
        }
    }

    /**
     * Opens a call before its command is sent, since the result may be faster than the reply.
     *
     * @param device its name
     * @param command number or name
     * @throws IllegalArgumentException when one of them is unknown
     * @throws IllegalStateException when too many calls are open
     */
    public Call open(String device, Object command) {
        String address = devices.commandAddress(device);
        int number = TrainerCommand.of(command);
        if (open.size() >= limit) {
            throw new IllegalStateException("Too many commands wait for their results: " + limit);
        }
        long nonce = 1 + nonces.getAndIncrement() % 0x7ffffffeL;
        String key = key(number, nonce);
        CompletableFuture<Map<String, Object>> result = new CompletableFuture<>();
        open.put(key, result);
        result.orTimeout(lifeMillis, TimeUnit.MILLISECONDS).whenComplete((value, failure) -> open.remove(key));
        return new Call(device, address, number, nonce, result);
    }

    /** A late result has come; true when it is one and somebody asked for it. */
    public boolean complete(Object message) {
        if (!(message instanceof Map<?, ?> map)) {
            return false;
        }
        CompletableFuture<Map<String, Object>> result = open.get(key(map.get("command"), map.get("nonce")));
        if (result == null) {
            return false;
        }
        Map<String, Object> members = new LinkedHashMap<>();
        map.forEach((name, value) -> members.put(String.valueOf(name), value));
        return result.complete(members);
    }

    /** The reply is the last word: no result will come. */
    public Map<String, Object> close(Call call, Map<String, Object> reply) {
        Object result = reply.get("result");
        if (!Integer.valueOf(TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION).equals(result)) {
            call.result.complete(reply);
        }
        return reply;
    }

    /**
     * Waits for the late result; an immediate one is returned at once.
     *
     * @throws TimeoutException when it does not come in time
     */
    public Map<String, Object> await(Call call, long millis) throws Exception {
        try {
            return new LinkedHashMap<>(call.result.get(millis, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw new TimeoutException("No result of command " + call.command + " from " + call.device + " in time");
        } catch (TimeoutException e) {
            throw new TimeoutException("No result of command " + call.command + " from " + call.device + " in " + millis + " ms");
        }
    }

    /** Calls that are open. */
    public int pending() {
        return open.size();
    }

    private static String key(Object command, Object nonce) {
        return command + "/" + nonce;
    }
}
