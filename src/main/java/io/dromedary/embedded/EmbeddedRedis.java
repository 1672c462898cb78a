package io.dromedary.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis on the loopback interface, without a password: an installed {@code redis-server}, else the one that comes with the
 * application, both as a process of its own that keeps every write. Where neither runs it is an imitation in this process that
 * keeps nothing and knows no streams groups or key events; one warning says so. A real one holds at most 256 MB and then refuses writes.
 */
public final class EmbeddedRedis implements EmbeddedServer {

    /** The port without configuration: not 6379, where an installed Redis listens. */
    public static final int DEFAULT_PORT = 16379;

    /** The environment variable that chooses the port. */
    public static final String PORT_SETTING = "DROMEDARY_REDIS_PORT";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final String SERVICE = "Redis";
    /** The folder of Redis 7 and later. */
    private static final String MULTI_PART_FILES = "appendonlydir";
    private static final int MULTI_PART_SINCE = 7;

    private final Path folder;
    private final LoopbackPort port;
    private final List<Supplier<Optional<RedisProgram>>> programs;
    private RedisChild child;
    private com.github.fppt.jedismock.RedisServer imitation;

    /** A Redis that keeps its data in the folder {@code redis} of a data directory; port 0 means any free one. */
    public EmbeddedRedis(DataDirectory data, int port) {
        this(data, port, List.of(
                () -> RedisProgram.installed(System.getenv().getOrDefault("PATH", "")),
                () -> RedisProgram.bundled(data.folder("redis").resolve("program"))));
    }

    EmbeddedRedis(DataDirectory data, int port, List<Supplier<Optional<RedisProgram>>> programs) {
        this.folder = data.folder("redis");
        this.port = new LoopbackPort(port, SERVICE, PORT_SETTING);
        this.programs = programs;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String address() {
        return port.address();
    }

    /** Whether the data outlives this process; not so for the imitation. */
    public synchronized boolean keepsData() {
        return child != null;
    }

    @Override
    public synchronized void claim() {
        RedisChild.leftOver(folder).ifPresent(RedisChild::stop);
        port.claim();
    }

    @Override
    public synchronized void start() {
        port.use(this::claim);
        try {
            Optional<RedisProgram> program = programs.stream().map(Supplier::get).flatMap(Optional::stream).findFirst();
            if (program.isPresent()) {
                startChild(program.get());
            } else {
                LOG.warn("No redis-server runs on this machine: Redis is imitated and its data is not kept; install redis-server");
                imitation = com.github.fppt.jedismock.RedisServer.newRedisServer(port.number(), InetAddress.getByName(Loopback.HOST)).start();
            }
        } catch (IOException e) {
            throw new StartRefused("The embedded " + SERVICE + " cannot start on " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return child != null ? child.isAlive() : imitation != null && imitation.isRunning();
    }

    @Override
    public synchronized void stop() {
        if (child != null) {
            child.stop();
            child = null;
        }
        if (imitation != null) {
            try {
                imitation.stop();
            } catch (IOException e) {
                throw new IllegalStateException("The imitated Redis did not stop in order", e);
            } finally {
                imitation = null;
            }
        }
    }

    private void startChild(RedisProgram program) throws IOException {
        if (program.major() < MULTI_PART_SINCE && Files.exists(folder.resolve(MULTI_PART_FILES))) {
            // It would start empty beside the data, without a word.
            throw new StartRefused("The data in " + folder + " was written by Redis 7 or later, but only Redis " + program.major()
                    + " is here (" + program.file() + "); install redis-server 7 or later.");
        }
        child = RedisChild.start(program, folder, port.number())
                .orElseThrow(() -> new StartRefused("The embedded " + SERVICE + " (" + program.file() + ") ended at once on port " + port.number()
                        + " and " + folder + ": " + lastLogLine() + "."));
    }

    private String lastLogLine() {
        try (Stream<String> lines = Files.lines(folder.resolve("redis.log"))) {
            return lines.filter(line -> line.contains(" # ")).reduce((before, line) -> line)
                    .map(line -> line.substring(line.indexOf(" # ") + 3)).orElse("no reason given");
        } catch (IOException e) {
            return "no log";
        }
    }
}
