package io.dromedary.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A {@code redis-server} process that keeps its append-only file in one folder. Its process id and port are written beside the
 * data, because the process outlives a {@code kill -9} of ours: the next start finds it there and stops it first.
 */
final class RedisChild {

    private static final String STATE_FILE = "server.properties";
    private static final int CONNECT_TIMEOUT_MS = 2000;
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path folder;
    private final int port;
    private final ProcessHandle process;

    private RedisChild(Path folder, int port, ProcessHandle process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Starts the program and waits until it has loaded its data; empty when it ended instead, with the reason in its log. */
    static Optional<RedisChild> start(RedisProgram program, Path folder, int port) throws IOException {
        Process process = new ProcessBuilder(command(program, port)).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        RedisChild child = new RedisChild(folder, port, process.toHandle());
        child.remember();
        if (child.awaitReady()) {
            return Optional.of(child);
        }
        child.stop();
        return Optional.empty();
    }

    /** The process that an earlier, killed instance left on this folder, if it is really that one and not a reused id. */
    static Optional<RedisChild> leftOver(Path folder) {
        Properties state = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(STATE_FILE))) {
            state.load(reader);
            int port = Integer.parseInt(state.getProperty("port", ""));
            long pid = Long.parseLong(state.getProperty("pid", ""));
            return ProcessHandle.of(pid).map(process -> new RedisChild(folder, port, process)).filter(RedisChild::servesOurFolder);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // the first start, or a file that was cut off by a loss of power
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to write what it holds and to end; ends it by force when it does not within 20 s. */
    void stop() {
        if (process.isAlive()) {
            shutDown();
        }
        if (!awaitEnd(STOP_LIMIT)) {
            process.destroyForcibly();
            awaitEnd(STOP_LIMIT);
        }
        try {
            Files.deleteIfExists(folder.resolve(STATE_FILE));
        } catch (IOException e) {
            // The next start finds that the process it names is gone.
        }
    }

    private void shutDown() {
        try (Jedis jedis = connect()) {
            jedis.shutdown();
        } catch (JedisException e) {
            process.destroy(); // not reachable, or it cannot write: SIGTERM says the same
        }
    }

    private static List<String> command(RedisProgram program, int port) {
        List<String> command = new ArrayList<>();
        // Its own session, where there is such a program: Ctrl-C in a terminal must not end Redis before the routes that use it.
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(List.of(program.file().toString(), "--port", Integer.toString(port), "--bind", Loopback.HOST,
                "--appendonly", "yes", "--save", "", "--logfile", "redis.log", "--loglevel", "warning",
                "--maxmemory", "256mb", "--maxmemory-policy", "noeviction"));
        return command;
    }

    private void remember() throws IOException {
        Properties state = new Properties();
        state.setProperty("pid", Long.toString(process.pid()));
        state.setProperty("port", Integer.toString(port));
        try (Writer writer = Files.newBufferedWriter(folder.resolve(STATE_FILE))) {
            state.store(writer, "The redis-server of this folder");
        }
    }

    private boolean awaitReady() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            if (servesOurFolder() && hasLoaded()) {
                return true;
            }
            if (awaitEnd(POLL)) {
                return false;
            }
        }
        return false;
    }

    private boolean hasLoaded() {
        try (Jedis jedis = connect()) {
            return "PONG".equals(jedis.ping());
        } catch (JedisException e) {
            return false;
        }
    }

    /** Waits for the process to end; whether it did. */
    private boolean awaitEnd(Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether the answer on the port comes from this process on this folder; also true while it loads its data. */
    private boolean servesOurFolder() {
        try (Jedis jedis = connect()) {
            Map<String, String> dir = jedis.configGet("dir");
            return jedis.info("server").contains("process_id:" + process.pid() + "\r")
                    && Files.isSameFile(Path.of(dir.get("dir")), folder);
        } catch (JedisException | IOException e) {
            return false;
        }
    }

    private Jedis connect() {
        return new Jedis(Loopback.HOST, port, CONNECT_TIMEOUT_MS);
    }
}
