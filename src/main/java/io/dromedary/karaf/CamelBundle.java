package io.dromedary.karaf;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.dromedary.cli.Application;
import io.dromedary.cli.Settings;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the application while its bundle is started, and starts it anew when one of its configuration files changes. Several
 * changes close to each other, as an installation makes, count as one.
 */
public final class CamelBundle implements BundleActivator, ConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger(CamelBundle.class);
    private static final String PID = "dromedary";
    private static final String FILTER = "(|(service.pid=" + PID + ")(service.factoryPid=" + PID + "))";
    private static final long SETTLE_MILLIS = 1_500;
    private static final long STOP_LIMIT_SECONDS = 60;

    private BundleContext bundle;
    private ServiceRegistration<?> listener;
    private ScheduledExecutorService thread;
    private ScheduledFuture<?> next;
    private BundleSettings running;
    private Application application;

    @Override
    public void start(BundleContext context) {
        bundle = context;
        quietenLog();
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread own = new Thread(task, "dromedary");
            // What libraries load by the thread's loader is in this bundle and nowhere else.
            own.setContextClassLoader(CamelBundle.class.getClassLoader());
            return own;
        });
        listener = context.registerService(ConfigurationListener.class.getName(), this, null);
        applySoon();
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (PID.equals(event.getPid()) || PID.equals(event.getFactoryPid())) {
            applySoon();
        }
    }

    private synchronized void applySoon() {
        if (next != null) {
            next.cancel(false);
        }
        if (!thread.isShutdown()) {
            next = thread.schedule(this::apply, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void apply() {
        try {
            BundleSettings wanted = BundleSettings.of(configurations(), System.getenv(), folder("karaf.etc", "etc"), folder("karaf.data", "data"));
            if (wanted.equals(running)) {
                return;
            }
            end();
            running = wanted;
            Map<String, String> environment = new HashMap<>(wanted.environment());
            environment.put("DROMEDARY_HOME", unpacked().toString());
            Files.createDirectories(Path.of(environment.get("DROMEDARY_ROUTES_DIR")));
            application = new Application(new Settings(environment), false, wanted.properties());
            application.start();
            LOG.info("Dromedary is started: {}", application.addresses());
        } catch (Exception | LinkageError e) {
            LOG.error("Dromedary did not start; change etc/dromedary*.cfg, it then tries again", e);
            end();
        }
    }

    /** Camel finds no files by pattern inside a bundle, so the shipped routes and kamelets are laid out beside its data. */
    private Path unpacked() throws IOException {
        Path home = folder("karaf.data", "data").toPath().resolve("dromedary-home");
        for (String top : List.of("routes", "kamelets")) {
            Enumeration<URL> entries = bundle.getBundle().findEntries(top, "*.*", true);
            while (entries != null && entries.hasMoreElements()) {
                URL entry = entries.nextElement();
                Path target = home.resolve(entry.getPath().substring(1)).normalize();
                if (!entry.getPath().endsWith("/") && target.startsWith(home)) {
                    Files.createDirectories(target.getParent());
                    try (InputStream in = entry.openStream()) {
                        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
        return home;
    }

    private static File folder(String property, String fallback) {
        return new File(System.getProperty(property, fallback));
    }

    private List<Map<String, String>> configurations() throws Exception {
        List<Map<String, String>> all = new ArrayList<>();
        for (Configuration one : configurations(FILTER)) {
            Map<String, String> values = new HashMap<>();
            Collections.list(one.getProperties().keys()).forEach(key -> values.put(key, String.valueOf(one.getProperties().get(key))));
            all.add(values);
        }
        return all;
    }

    /** By the time the application starts, the container has taken it over. */
    private void quietenLog() {
        try {
            for (Configuration one : configurations(QuietLog.FILTER)) {
                Optional<Dictionary<String, Object>> changed = QuietLog.added(one.getProperties());
                if (changed.isPresent()) {
                    one.update(changed.get());
                }
            }
        } catch (Exception e) {
            LOG.warn("The log stays as it is, with each step of the embedded broker: {}", e.toString());
        }
    }

    private List<Configuration> configurations(String filter) throws IOException, InvalidSyntaxException {
        ServiceReference<ConfigurationAdmin> reference = bundle.getServiceReference(ConfigurationAdmin.class);
        if (reference == null) {
            return List.of();
        }
        try {
            Configuration[] found = bundle.getService(reference).listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } finally {
            bundle.ungetService(reference);
        }
    }

    private void end() {
        if (application != null) {
            application.close();
            application = null;
        }
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        listener.unregister();
        synchronized (this) {
            thread.execute(this::end);
            thread.shutdown();
        }
        if (!thread.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("Dromedary has not ended within {} s", STOP_LIMIT_SECONDS);
        }
    }
}
