package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Who has which command, in Redis. One key per command, which only its owner may change; an owner whose sign of life is missing
 * can be followed by another, and from then on the first can change nothing. Every method throws a
 * {@link redis.clients.jedis.exceptions.JedisException} when Redis is away.
 */
final class CommandLedger {

    private static final byte[] CLAIM = Scripts.read("claim");
    private static final byte[] SWAP = Scripts.read("swap");
    /** 128 bits of a SHA-256: an id of any length and content is a key of one length. */
    private static final int KEY_BYTES = 16;
    private static final byte[] FORGOTTEN_IS_FINE = {'1'};
    private static final byte[] FORGOTTEN_IS_NOT = {'0'};

    private final UnifiedJedis redis;
    private final String prefix;
    private final String owner;
    private final byte[] seconds;
    private final Duration lease;

    /**
     * @param owner    this process; no other, also no earlier one of this member, has the same
     * @param remember how long a command is known
     * @param lease    how long a sign of life counts
     */
    CommandLedger(UnifiedJedis redis, String group, String owner, Duration remember, Duration lease) {
        this.redis = redis;
        this.prefix = "dromedary:fleet:" + group + ":";
        this.owner = owner;
        this.seconds = Long.toString(Math.max(1, remember.toSeconds())).getBytes(StandardCharsets.UTF_8);
        this.lease = lease;
    }

    /** What a command is called here. Ids are only unique within a device. */
    static String key(String device, String messageId) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(device.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            byte[] hash = digest.digest(messageId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private List<byte[]> keys(String key) {
        return List.of((prefix + "c:" + key).getBytes(StandardCharsets.UTF_8));
    }

    /** Takes a command that nobody has. @return what is known of it when somebody has or had it */
    Optional<Entry> claim(String key) {
        byte[] held = (byte[]) redis.eval(CLAIM, keys(key), List.of(Entry.running(owner).toBytes(), seconds));
        return held.length == 0 ? Optional.empty() : Optional.of(Entry.parse(held));
    }

    /** Takes a command over in the state in which another left it. @return false if it is no longer as it was */
    boolean follow(String key, Entry found, Entry ours) {
        // Redis may have done it already and died before it said so.
        return swap(key, found.head(), ours, FORGOTTEN_IS_NOT) || ours.number() > 0 && swap(key, ours.head(), ours, FORGOTTEN_IS_NOT);
    }

    /** Keeps the reply before it goes out. @return false if another has the command by now: then it must not go out */
    boolean reply(String key, Entry replying) {
        // A command that ran out of time is answered by its deadline, after its own route may have ended.
        return swap(key, Entry.running(owner).mark(), replying, FORGOTTEN_IS_FINE)
                || swap(key, Entry.answered(owner).mark(), replying, FORGOTTEN_IS_NOT)
                // Redis may have done it already and died before it said so.
                || swap(key, replying.head(), replying, FORGOTTEN_IS_NOT);
    }

    /** The command has had its outcome. */
    void answered(String key, boolean replied) {
        Entry before = replied ? Entry.replying(owner, 0, "", null) : Entry.running(owner);
        swap(key, before.mark(), Entry.answered(owner), FORGOTTEN_IS_FINE);
    }

    private boolean swap(String key, byte[] before, Entry after, byte[] forgotten) {
        return Long.valueOf(1).equals(redis.eval(SWAP, keys(key), List.of(before, after.toBytes(), seconds, forgotten)));
    }

    /** Says that this process lives. */
    void live() {
        redis.set(prefix + "live:" + owner, "1", SetParams.setParams().px(lease.toMillis()));
        redis.zadd(prefix + "members", now() + lease.toMillis(), owner);
    }

    /** How many processes of the group have given a sign of life within their lease, by their clocks. */
    long membersLiving() {
        redis.zremrangeByScore(prefix + "members", 0, now());
        return redis.zcard(prefix + "members");
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    /** Whether another process has given a sign of life within its lease. */
    boolean lives(String other) {
        return redis.exists(prefix + "live:" + other);
    }

    /** Takes the sign of life back: others need not wait for the end of a lease. */
    void leave() {
        redis.del(prefix + "live:" + owner);
        redis.zrem(prefix + "members", owner);
    }
}
