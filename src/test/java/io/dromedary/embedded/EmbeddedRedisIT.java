package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

class EmbeddedRedisIT {

    @TempDir
    Path temp;

    @Test
    void servesSpringDataRedis() {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            JedisConnectionFactory factory = new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port(redis)));
            factory.afterPropertiesSet();
            try {
                StringRedisTemplate template = new StringRedisTemplate(factory);
                template.opsForHash().putAll("h", Map.of("a", "1", "b", "2"));
                template.opsForValue().set("k", "v");
                assertThat(template.opsForHash().entries("h")).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2"));
                assertThat(template.opsForValue().get("k")).isEqualTo("v");
            } finally {
                factory.destroy();
            }
        }
    }

    @Test
    void keepsItsDataOverARestartAndLeavesNoProcess() {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            assertThat(redis.keepsData()).isTrue();
            long pid = set(port(redis), "k", "v");
            redis.stop();
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            redis.start();
            assertThat(get(port(redis), "k")).isEqualTo("v");
        }
    }

    @Test
    void takesOverFromTheProcessThatAKillLeftBehind() throws Exception {
        long orphan;
        try (ServerProcess killed = ServerProcess.start(temp, "redis")) {
            orphan = set(killed.port(), "k", "v");
            killed.kill9();
            assertThat(get(killed.port(), "k")).as("the child lives on").isEqualTo("v");
        }
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(get(port(redis), "k")).isEqualTo("v");
        }
    }

    @Test
    void leavesAProcessAloneThatHasTheOldId() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            Files.writeString(data.folder("redis").resolve("server.properties"), "pid=" + stranger.pid() + "\nport=1\n");
            redis.start();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void usesTheProgramItBringsWhereNoneIsInstalled() {
        try (DataDirectory data = DataDirectory.open(temp);
                EmbeddedRedis redis = new EmbeddedRedis(data, 0, List.of(() -> RedisProgram.installed(temp.toString()),
                        () -> RedisProgram.bundled(data.folder("redis").resolve("program"))))) {
            redis.start();
            assertThat(redis.keepsData()).isTrue();
            set(port(redis), "k", "v");
            redis.stop();
            redis.start();
            assertThat(get(port(redis), "k")).isEqualTo("v");
        }
    }

    @Test
    void imitatesRedisWithOneWarningWhereNoProgramRuns() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(EmbeddedRedis.class);
        logger.addAppender(log);
        logger.setAdditive(false);
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0, List.of())) {
            redis.start();
            assertThat(redis.keepsData()).isFalse();
            try (Jedis jedis = new Jedis("127.0.0.1", port(redis))) {
                jedis.set("k", "v");
                assertThat(jedis.get("k")).isEqualTo("v");
            }
            assertThat(log.list).singleElement().satisfies(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getFormattedMessage()).contains("not kept");
            });
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
        }
    }

    @Test
    void refusesAnOlderProgramThatWouldNotSeeTheData() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp);
                EmbeddedRedis redis = new EmbeddedRedis(data, 0, List.of(() -> Optional.of(new RedisProgram(Path.of("/old"), 6))))) {
            Files.createDirectories(data.folder("redis").resolve("appendonlydir"));
            assertThatThrownBy(redis::start).isInstanceOf(StartRefused.class).hasMessageContaining("only Redis 6 is here");
        }
    }

    @Test
    void saysWhyTheProgramEnded() throws Exception {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            set(port(redis), "k", "v");
            redis.stop();
            try (var files = Files.walk(temp)) {
                Path appended = files.filter(f -> f.toString().endsWith(".incr.aof") || f.endsWith("appendonly.aof")).findFirst().orElseThrow();
                Files.writeString(appended, "rubbish");
            }
            assertThatThrownBy(redis::start).isInstanceOf(StartRefused.class).hasMessageContaining("Bad file format");
        }
    }

    @Test
    void refusesWritesAbove256MegabytesAndStaysUp() {
        try (DataDirectory data = DataDirectory.open(temp); EmbeddedRedis redis = new EmbeddedRedis(data, 0)) {
            redis.start();
            try (Jedis jedis = new Jedis("127.0.0.1", port(redis), 20_000)) {
                byte[] megabyte = new byte[1 << 20];
                assertThatThrownBy(() -> {
                    for (int i = 0; i < 300; i++) {
                        jedis.set(("key" + i).getBytes(), megabyte);
                    }
                }).isInstanceOf(JedisDataException.class).hasMessageContaining("OOM");
                assertThat(jedis.get("key0".getBytes())).hasSize(1 << 20);
            }
        }
    }

    private static int port(EmbeddedRedis redis) {
        return Integer.parseInt(redis.address().split(":")[1]);
    }

    /** Sets a key and returns the process id of the server. */
    private static long set(int port, String key, String value) {
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.set(key, value);
            return Long.parseLong(jedis.info("server").replaceAll("(?s).*process_id:(\\d+).*", "$1"));
        }
    }

    private static String get(int port, String key) {
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            return jedis.get(key);
        }
    }
}
