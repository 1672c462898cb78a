package io.dromedary.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a running system is told to reload: by requests that {@code dromedary apply} and {@code rollback} lay into
 * {@code <data>/kit/desk}, which only its owner can write to, and, if that is switched on, by changes of the files.
 */
public final class ReloadDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ReloadDesk.class);
    private static final long PERIOD_MILLIS = 100;
    private static final String REQUEST = ".request";
    private static final String ANSWER = ".answer";

    private final Reload reload;
    private final Path desk;
    private final boolean watch;
    private String seen;
    private String pending;

    /**
     * Looks at a desk from time to time.
     *
     * @param watch whether changes of the files are applied by themselves
     */
    public ReloadDesk(Reload reload, boolean watch) throws IOException {
        this.reload = reload;
        this.watch = watch;
        this.desk = desk(reload.versions().folder());
        this.seen = FileSet.signature(reload.folders());
    }

    private static Path desk(Path kit) throws IOException {
        return Files.createDirectories(kit.resolve("desk"));
    }

    /** Begins; ends with the context. */
    public void start(CamelContext context) {
        ScheduledExecutorService thread = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "reload");
        thread.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        HealthCheck health = new HealthCheck(reload);
        context.getCamelContextExtension().getContextPlugin(org.apache.camel.health.HealthCheckRegistry.class).register(health);
    }

    private void look() {
        try {
            for (Path request : requests()) {
                boolean back = Files.readString(request).trim().equals("rollback");
                Files.delete(request);
                ReloadResult result = back ? reload.rollback() : reload.apply();
                seen = FileSet.signature(reload.folders());
                answer(request, result);
            }
            if (watch) {
                watch();
            }
            reload.tidy();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The files could not be looked at: {}", e.toString());
        }
    }

    /** Applies a change once the files have stayed the same for a moment: an editor may still be writing. */
    private void watch() throws IOException {
        String now = FileSet.signature(reload.folders());
        if (!now.equals(seen) && now.equals(pending)) {
            seen = now;
            reload.apply();
        }
        pending = now;
    }

    private List<Path> requests() throws IOException {
        try (Stream<Path> files = Files.list(desk)) {
            return files.filter(file -> file.toString().endsWith(REQUEST)).sorted().toList();
        }
    }

    private static void answer(Path request, ReloadResult result) throws IOException {
        String name = request.getFileName().toString().replace(REQUEST, ANSWER);
        Path aside = Files.write(request.resolveSibling(name + ".tmp"), Json.bytes(result.toMap()));
        Files.move(aside, request.resolveSibling(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Asks the running system of a data directory.
     *
     * @param what   {@code apply} or {@code rollback}
     * @param millis how long to wait
     * @return the result, or nothing if nobody answered in time
     */
    public static Optional<Map<String, Object>> ask(Path kit, String what, long millis) throws IOException, InterruptedException {
        Path desk = desk(kit);
        String id = UUID.randomUUID().toString();
        Path aside = Files.writeString(desk.resolve(id + ".tmp"), what);
        Path request = Files.move(aside, desk.resolve(id + REQUEST), StandardCopyOption.ATOMIC_MOVE);
        Path answer = desk.resolve(id + ANSWER);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!Files.exists(answer)) {
            if (System.nanoTime() - end > 0) {
                Files.deleteIfExists(request);
                return Optional.empty();
            }
            TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS / 2);
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> result = Json.MAPPER.readValue(Files.readAllBytes(answer), Map.class);
        Files.delete(answer);
        return Optional.of(result);
    }

    /** Says what runs, and why newer files do not. It is never down: what ran before still does. */
    private static final class HealthCheck extends AbstractHealthCheck {

        private final Reload reload;

        HealthCheck(Reload reload) {
            super("dromedary", "reload");
            this.reload = reload;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            ReloadResult last = reload.last();
            if (last != null) {
                builder.detail("status", last.status());
                builder.detail("version", last.version());
                if (!last.problems().isEmpty()) {
                    builder.message("Changed files are not used: " + last.problems().get(0));
                }
            }
            builder.detail("draining", reload.draining());
            builder.up();
        }
    }
}
