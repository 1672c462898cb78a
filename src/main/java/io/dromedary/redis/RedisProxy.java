package io.dromedary.redis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;
import io.dromedary.proxies.Proxy;
import io.dromedary.proxies.ProxyFailure;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Values in Redis. Each method answers {@code data} with what the reference returns; a failed one has {@code error} and, in
 * {@code data}, the neutral value that the reference returns instead.
 */
public class RedisProxy extends Proxy {

    private static final String KEY = "key";
    private static final String VALUE = "value";

    private RedisSettings settings = new RedisSettings();
    private int maxValueBytes = 1 << 20;
    private RedisCalls calls;

    public RedisProxy() {
        super("redis", "RedisProxy");
    }

    /** How the server is reached. */
    public void setSettings(RedisSettings settings) {
        this.settings = settings;
    }

    /** The largest value, in bytes. */
    public void setMaxValueBytes(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /** Asks nobody. */
    public void start() {
        calls = new RedisCalls(settings);
    }

    /** Closes all connections. */
    public void stop() {
        calls.close();
    }

    /** How the server is reached. */
    public RedisSettings settings() {
        return settings;
    }

    @Override
    public void probe() {
        calls.trying(redis -> redis.ping());
    }

    /** The client, for components that have use of one; null when there is no Redis. */
    public UnifiedJedis sharedClient() {
        return settings.isPresent() ? calls.client() : null;
    }

    private Map<String, Object> answer(Map<String, Object> body, Object neutral, Function<Parameters, Object> method) {
        Map<String, Object> answer = data(body, method);
        if (answer.containsKey("error")) {
            answer.put("data", neutral);
        }
        return answer;
    }

    /** The text of {@code key}, or null. */
    public Map<String, Object> get(Map<String, Object> body) {
        return answer(body, null, parameters -> {
            String key = parameters.only(KEY).text(KEY);
            return decoded(calls.trying(redis -> redis.get(key.getBytes(StandardCharsets.UTF_8))));
        });
    }

    private static String decoded(byte[] value) {
        try {
            return value == null ? null : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw new ProxyFailure("The value is binary, not UTF-8 text", e);
        }
    }

    /** Sets {@code key} to {@code value}, a text or a number, for {@code ex} seconds or for ever. */
    public Map<String, Object> set(Map<String, Object> body) {
        return answer(body, false, parameters -> {
            String key = parameters.only(KEY, VALUE, "ex").text(KEY);
            String value = value(parameters, VALUE);
            long seconds = parameters.number("ex", 0, 1, Integer.MAX_VALUE);
            return "OK".equals(calls.trying(redis -> seconds == 0 ? redis.set(key, value) : redis.set(key, value, SetParams.setParams().ex(seconds))));
        });
    }

    private String value(Parameters parameters, String name) {
        Object value = parameters.value(name);
        if (!(value instanceof CharSequence) && !(value instanceof Number)) {
            throw new BadParameter(name + " must be a text or a number");
        }
        String text = Parameters.checked(name, value.toString());
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxValueBytes) {
            throw new BadParameter(name + " has " + bytes + " bytes; at most " + maxValueBytes + " are allowed");
        }
        return text;
    }

    /** Deletes {@code key} and tells how many there were. */
    public Map<String, Object> delete(Map<String, Object> body) {
        return answer(body, 0, parameters -> {
            String key = parameters.only(KEY).text(KEY);
            return calls.trying(redis -> redis.del(key));
        });
    }

    /** Whether there is a {@code key}. */
    public Map<String, Object> exists(Map<String, Object> body) {
        return answer(body, false, parameters -> {
            String key = parameters.only(KEY).text(KEY);
            return calls.trying(redis -> redis.exists(key));
        });
    }

    /** Sets {@code field} of the hash {@code hash_key} to {@code value}; tells how many fields are new. */
    public Map<String, Object> hset(Map<String, Object> body) {
        return answer(body, 0, parameters -> {
            String key = named("hash_key", parameters, "field", VALUE);
            String field = parameters.text("field");
            String value = value(parameters, VALUE);
            return calls.trying(redis -> redis.hset(key, field, value));
        });
    }

    private static String named(String own, Parameters parameters, String... more) {
        String[] names = Stream.concat(Stream.of(own, KEY), Stream.of(more)).toArray(String[]::new);
        return parameters.only(names).text(parameters.spelling(own, KEY));
    }

    /** The text of {@code field} of the hash {@code hash_key}, or null. */
    public Map<String, Object> hget(Map<String, Object> body) {
        return answer(body, null, parameters -> {
            String key = named("hash_key", parameters, "field");
            String field = parameters.text("field");
            return decoded(calls.trying(redis -> redis.hget(key.getBytes(StandardCharsets.UTF_8), field.getBytes(StandardCharsets.UTF_8))));
        });
    }

    /** All fields of the hash {@code hash_key}, at most 100,000. */
    public Map<String, Object> hgetall(Map<String, Object> body) {
        return answer(body, Map.of(), parameters -> {
            String key = named("hash_key", parameters);
            RedisCalls.refuseMore(calls.trying(redis -> redis.hlen(key)));
            return calls.trying(redis -> redis.hgetAll(key));
        });
    }

    /** Puts {@code value} before the list {@code list_key}; tells the new length. */
    public Map<String, Object> lpush(Map<String, Object> body) {
        return push(body, (redis, key, value) -> redis.lpush(key, value));
    }

    /** Puts {@code value} behind the list {@code list_key}; tells the new length. */
    public Map<String, Object> rpush(Map<String, Object> body) {
        return push(body, (redis, key, value) -> redis.rpush(key, value));
    }

    private interface Push {
        long on(UnifiedJedis redis, String key, String value);
    }

    /** Not repeated: the first attempt may have been carried out. */
    private Map<String, Object> push(Map<String, Object> body, Push push) {
        return answer(body, 0, parameters -> {
            String key = named("list_key", parameters, VALUE);
            String value = value(parameters, VALUE);
            return calls.once(redis -> push.on(redis, key, value));
        });
    }

    /** Entries {@code start} to {@code end} of the list {@code list_key}, both counted from 0 or, when negative, from the end. */
    public Map<String, Object> lrange(Map<String, Object> body) {
        return answer(body, List.of(), parameters -> {
            String key = named("list_key", parameters, "start", "end");
            long start = parameters.number("start", 0, Long.MIN_VALUE, Long.MAX_VALUE);
            long end = parameters.number("end", -1, Long.MIN_VALUE, Long.MAX_VALUE);
            long length = calls.trying(redis -> redis.llen(key));
            RedisCalls.refuseMore(Math.min(length, (end < 0 ? length + end : end) - (start < 0 ? Math.max(0, length + start) : start) + 1));
            return calls.trying(redis -> redis.lrange(key, start, end));
        });
    }

    /** Publishes {@code message} on {@code channel} and tells how many received it. */
    public Map<String, Object> publish(Map<String, Object> body) {
        return answer(body, 0, parameters -> {
            String channel = parameters.only("channel", "message").text("channel");
            String message = value(parameters, "message");
            return calls.once(redis -> redis.publish(channel, message));
        });
    }

    /** Keys that match {@code pattern}, each once, at most 100,000; {@code count} is how many the server looks at per step. */
    public Map<String, Object> scanKeys(Map<String, Object> body) {
        return answer(body, List.of(), parameters -> calls.scan(parameters.only("pattern", "count").text("pattern", "*"),
                (int) parameters.number("count", 100, 1, RedisCalls.MAX_ENTRIES)));
    }

    /** Names of the applications whose key {@code app:<name>:online} is there. */
    public Map<String, Object> listOnlineApplications(Map<String, Object> body) {
        return answer(body, List.of(), parameters -> calls.scan("app:*:online", 100).stream().map(key -> key.split(":")[1]).toList());
    }
}
