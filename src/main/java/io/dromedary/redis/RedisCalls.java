package io.dromedary.redis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Commands to one Redis, and what went wrong with them. Connects when first used. */
final class RedisCalls implements AutoCloseable {

    static final int MAX_ENTRIES = 100_000;

    private final RedisSettings settings;
    private volatile UnifiedJedis client;

    RedisCalls(RedisSettings settings) {
        this.settings = settings;
    }

    UnifiedJedis client() {
        if (client == null) {
            synchronized (this) {
                if (!settings.isPresent()) {
                    throw new ProxyFailure("Redis is not configured");
                }
                if (client == null) {
                    client = settings.client();
                }
            }
        }
        return client;
    }

    /** Runs a command that may be repeated; it is, once, since a pooled connection may have died unnoticed. */
    <T> T trying(Function<UnifiedJedis, T> command) {
        try {
            return command.apply(client());
        } catch (JedisConnectionException first) {
            return once(command);
        } catch (JedisException e) {
            throw failure(e);
        }
    }

    /** Runs a command of which nobody could tell whether the first attempt has been carried out. */
    <T> T once(Function<UnifiedJedis, T> command) {
        try {
            return command.apply(client());
        } catch (JedisException e) {
            throw failure(e);
        }
    }

    private static ProxyFailure failure(JedisException e) {
        String text = "Redis: " + e.getMessage();
        return e instanceof JedisConnectionException ? new PeerAway(text, e) : new ProxyFailure(text, e);
    }

    /** All keys that match, each once; {@code count} is how many the server looks at per step. */
    List<String> scan(String pattern, int count) {
        Set<String> keys = new LinkedHashSet<>();
        if (settings.isCluster()) {
            return trying(redis -> scanNodes(redis.scanIteration(count, pattern)));
        }
        ScanParams params = new ScanParams().match(pattern).count(count);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            String from = cursor;
            ScanResult<String> page = trying(redis -> redis.scan(from, params));
            keys.addAll(page.getResult());
            refuseMore(keys.size());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return List.copyOf(keys);
    }

    /** A cluster's keys are on several servers. */
    private static List<String> scanNodes(ScanIteration nodes) {
        Set<String> keys = new LinkedHashSet<>();
        while (!nodes.isIterationCompleted()) {
            keys.addAll(nodes.nextBatchList());
            refuseMore(keys.size());
        }
        return List.copyOf(keys);
    }

    /** Refuses answers that would fill the memory. */
    static void refuseMore(long entries) {
        if (entries > MAX_ENTRIES) {
            throw new ProxyFailure("There are " + entries + " entries; at most " + MAX_ENTRIES + " are read at once");
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
