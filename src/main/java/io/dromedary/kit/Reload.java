package io.dromedary.kit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.command.SwapGate;
import io.dromedary.lint.Finding;
import io.dromedary.lint.Linter;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a running system from one version of an engineer's files to another: checks them, exchanges the routes that differ,
 * and keeps what runs if anything is wrong. One at a time.
 */
public final class Reload implements PropertiesSource {

    /** Topic below the device's own on which each result is told. */
    public static final String TOPIC = "reload";

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final long LONGEST_DRAIN = TimeUnit.MINUTES.toNanos(5);

    private final Map<String, Path> folders;
    private final Versions versions;
    private final SwapGate gate = new SwapGate();
    private volatile Properties properties = new Properties();
    private volatile ReloadResult last;
    private CamelContext context;
    private UserRoutes routes;
    private final Callable<Linter> linters;
    private Linter linter;

    /**
     * Takes a copy of the files, which is what will run.
     *
     * @param folders  {@code routes} and {@code kamelets}, those of the two that the engineer has
     * @param versions keeps the copies
     * @param linters  makes the lint that new files have to pass; asked once, when it is needed
     */
    public Reload(Map<String, Path> folders, Versions versions, Callable<Linter> linters) throws IOException {
        this.folders = folders;
        this.linters = linters;
        this.versions = versions;
        FileSet files = FileSet.read(folders);
        if (versions.current() == 0 || !versions.files(versions.current()).to(files).isEmpty()) {
            versions.use(versions.store(files));
        }
        properties = files.properties();
    }

    /** The folder of what runs. */
    public Path running() throws IOException {
        return versions.path(versions.current());
    }

    /** A text with the names of the engineer's files where it names our copies of them. */
    public String ownNames(String text) {
        String own = text;
        for (Map.Entry<String, Path> folder : folders.entrySet()) {
            own = own.replaceAll(Pattern.quote(versions.path(0).getParent() + "/") + "\\d+/" + folder.getKey() + "/", Matcher.quoteReplacement(folder.getValue() + "/"));
        }
        return own;
    }

    /** Where kamelets are looked for when this version runs. */
    public String kameletLocation() throws IOException {
        return kameletLocation(versions.current());
    }

    private String kameletLocation(int version) {
        return "classpath:kamelets,file:" + versions.path(version).resolve("kamelets");
    }

    /** Watches over the routes of a context; before they are loaded. */
    public void attach(CamelContext camel) {
        context = camel;
        routes = new UserRoutes(camel, versions.path(0).getParent().toString());
        camel.getRegistry().bind("swapGate", gate);
        camel.getPropertiesComponent().addPropertiesSource(this);
    }

    /** Whether a file is the engineer's, once it is {@linkplain #attach attached}. */
    public boolean has(Resource file) {
        return routes.isOurs(file);
    }

    Map<String, Path> folders() {
        return folders;
    }

    Versions versions() {
        return versions;
    }

    /** The last result; null before the first. */
    public ReloadResult last() {
        return last;
    }

    /** Applies the files as they are now. */
    public synchronized ReloadResult apply() {
        long start = System.nanoTime();
        try {
            return told(exchange(FileSet.read(folders), start));
        } catch (Exception e) {
            return told(ReloadResult.refused(current(), List.of(reason(e)), start));
        }
    }

    /** Goes back to the version before the one that runs. The files stay as they are. */
    public synchronized ReloadResult rollback() {
        long start = System.nanoTime();
        try {
            Optional<Integer> previous = versions.previous();
            if (previous.isEmpty()) {
                return told(ReloadResult.refused(current(), List.of("There is no version before this one"), start));
            }
            return told(swap(previous.get(), start));
        } catch (Exception e) {
            return told(ReloadResult.refused(current(), List.of(reason(e)), start));
        }
    }

    private int current() {
        try {
            return versions.current();
        } catch (IOException e) {
            return 0;
        }
    }

    private ReloadResult exchange(FileSet wanted, long start) throws Exception {
        if (versions.files(versions.current()).to(wanted).isEmpty()) {
            return ReloadResult.unchanged(versions.current(), start);
        }
        int next = versions.store(wanted);
        List<String> problems = problems(next);
        ReloadResult result = problems.isEmpty() ? swap(next, start) : ReloadResult.refused(versions.current(), problems, start);
        if (!result.applied()) {
            versions.delete(next);
        }
        return result;
    }

    /** What lint would have corrected, with the names of the engineer's files. */
    private List<String> problems(int version) throws Exception {
        if (linter == null) {
            linter = linters.call();
        }
        Path folder = versions.path(version);
        return linter.lint(List.of(folder)).stream().filter(Finding::error)
                .map(finding -> finding.toString().replace(folder.toString() + "/", "")).limit(50).toList();
    }

    private ReloadResult swap(int next, long start) throws Exception {
        int before = versions.current();
        FileSet old = versions.files(before);
        FileSet wanted = versions.files(next);
        Change change = Change.between(old, wanted);
        gate.close();
        try {
            routes.takeOut(change.out());
            properties = wanted.properties();
            routes.forget(change.kamelets(), kameletLocation(next));
            routes.putIn(versions.path(next), change.in());
        } catch (Exception e) {
            restore(before, old, next, change);
            return ReloadResult.refused(before, List.of(reason(e)), start);
        } finally {
            gate.open();
        }
        versions.use(next);
        return ReloadResult.applied(next, change.difference(), start);
    }

    private void restore(int before, FileSet old, int next, Change change) throws Exception {
        routes.takeOut(change.in());
        properties = old.properties();
        routes.forget(change.kamelets(), kameletLocation(before));
        routes.putIn(versions.path(before), change.out());
    }

    /** Removes what has finished; called from time to time. */
    synchronized void tidy() {
        try {
            routes.removeDrained(LONGEST_DRAIN);
        } catch (Exception e) {
            LOG.warn("A replaced route could not be removed: {}", reason(e));
        }
    }

    /** Routes that were replaced and still finish what they had. */
    public int draining() {
        return routes.draining();
    }

    private ReloadResult told(ReloadResult result) {
        if (result.status().equals("unchanged")) {
            return result;
        }
        last = result;
        if (result.applied()) {
            LOG.info("Version {} of the routes runs: {} added, {} changed, {} removed", result.version(), result.added().size(),
                    result.changed().size(), result.removed().size());
        } else {
            LOG.warn("The changed files are not used: {}", result.problems());
        }
        Map<String, Object> message = new LinkedHashMap<>(result.toMap());
        message.put("timestamp", Instant.now().toString());
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.send("direct:bus-publish", exchange -> {
                exchange.setVariable("busTopic", TOPIC);
                exchange.getMessage().setBody(Json.bytes(message));
            });
        } catch (IOException e) {
            LOG.debug("The result was not published", e);
        }
        return result;
    }

    private String reason(Throwable failure) {
        return ownNames(FileMistake.reason(failure));
    }

    @Override
    public String getName() {
        return "user";
    }

    @Override
    public String getProperty(String name) {
        return properties.getProperty(name);
    }
}
