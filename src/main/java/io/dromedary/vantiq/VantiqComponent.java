package io.dromedary.vantiq;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.StartupListener;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;

import io.micrometer.core.instrument.MeterRegistry;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;

/**
 * Connects routes to sources of a Vantiq server. All endpoints of a source share one session and one socket; it is opened when the context has
 * started and closed with the last endpoint.
 */
@Component("vantiq")
public class VantiqComponent extends VantiqServerConfiguration implements SSLContextParametersAware, StartupListener {

    /** The name that stands for all sources of the file. */
    private static final String ALL_OF_FILE = "server.config";
    private static final int EVENT_LOOPS = 2;

    @Metadata(description = "Options for all endpoints.")
    private VantiqConfiguration configuration = new VantiqConfiguration();

    private final Map<String, VantiqSource> sources = new HashMap<>();
    private final Map<String, AutoCloseable> attachments = new HashMap<>();
    private Vertx vertx;
    private WebSocketClient client;
    private ExecutorService pool;
    private TcpProbe probe;
    private boolean contextStarted;
    private long fileVersion;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        for (String secret : List.of("authToken", "accessToken", "token", "password", "reconnectSecret")) {
            if (parameters.containsKey(secret)) {
                throw new VantiqConfigException("The option " + secret + " cannot stand in a vantiq URI, which is logged: set camel.component.vantiq."
                        + "auth-token, server.config or the environment variable " + ServerConfig.TOKEN_VARIABLE);
            }
        }
        VantiqConfiguration own = configuration.copy();
        own.setSource(remaining);
        VantiqEndpoint endpoint = new VantiqEndpoint(uri, this, own);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        getCamelContext().addStartupListener(this);
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // Sessions wait for the whole context: a query must not arrive before its route. A running context says only this.
        if (alreadyStarted) {
            onCamelContextFullyStarted(context, true);
        }
    }

    @Override
    public synchronized void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        contextStarted = true;
        sources.values().forEach(source -> source.session().start());
    }

    /** The names an endpoint stands for. */
    List<String> sourceNames(String text) {
        if (ALL_OF_FILE.equals(text)) {
            return targets().file().orElseThrow(() -> new VantiqConfigException("No server.config file found.")).sources();
        }
        return ServerConfig.split(text, "The vantiq endpoint");
    }

    /** The shared session of a source; every call needs a {@link #ready} and a {@link #release}. */
    synchronized VantiqSource acquire(String name, VantiqConfiguration wanted) throws Exception {
        ServerConfig file = targets().file().orElse(null);
        VantiqSettings settings = wanted.settings(name, file, getReconnectSecret());
        VantiqSource source = sources.get(name);
        if (source == null) {
            open();
            source = new VantiqSource();
            VantiqSession session = new VantiqSession(vertx, client, targets(), settings, source, pool, this::followSessions);
            source.bind(session);
            sources.put(name, source);
            attach(name, session);
        } else if (!source.session().settings().equals(settings)) {
            throw new VantiqConfigException("The endpoints of the source " + name + " share one session, but set its options differently: set them on "
                    + "the component");
        }
        source.addUser();
        return source;
    }

    /** Lets the session of a source connect, now or when the context has started: its user is ready for what may come. */
    synchronized void ready(VantiqSource source) {
        if (contextStarted) {
            source.session().start();
        }
    }

    /** Gives a source back; the last one closes its session. */
    synchronized void release(VantiqSource source) {
        String name = source.session().settings().source();
        if (source.removeUser() == 0 && sources.remove(name, source)) {
            source.session().close();
            detach(name);
        }
    }

    private void open() throws Exception {
        if (vertx != null) {
            return;
        }
        VertxOptions options = new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setWorkerPoolSize(2).setInternalBlockingPoolSize(2);
        options.getFileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        vertx = Vertx.vertx(options);
        client = vertx.createWebSocketClient(clientOptions(getCamelContext(),
                isUseGlobalSslContextParameters() ? getCamelContext().getSSLContextParameters() : null, configuration.getMaxMessageSize()));
        // Bounded by the sessions: each runs one event and so many queries at a time, and keeps the rest in its lanes.
        pool = getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "Vantiq");
        fileVersion = targets().version();
        if (getReloadInterval() > 0) {
            vertx.setPeriodic(getReloadInterval(), timer -> Lane.offer(pool, this::reloadIfChanged));
        }
    }

    /** Reconnects every source when server.config has changed. */
    private synchronized void reloadIfChanged() {
        long version = targets().version();
        if (version != fileVersion) {
            fileVersion = version;
            sources.values().forEach(source -> source.session().reconnect("server.config has changed"));
        }
    }

    private void attach(String name, VantiqSession session) {
        List<AutoCloseable> attached = new ArrayList<>();
        MeterRegistry registry = getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
        if (registry != null) {
            attached.add(new VantiqMetrics(registry, session));
        }
        HealthCheckRegistry checks = isHealthCheckEnabled() ? HealthCheckRegistry.get(getCamelContext()) : null;
        if (checks != null) {
            VantiqHealthCheck check = new VantiqHealthCheck(session);
            check.setCamelContext(getCamelContext());
            checks.register(check);
            attached.add(() -> checks.unregister(check));
        }
        attachments.put(name, () -> {
            for (AutoCloseable one : attached) {
                one.close();
            }
        });
    }

    private void detach(String name) {
        try {
            attachments.remove(name).close();
        } catch (Exception e) {
            throw new VantiqException("The health check or the metrics of the source " + name + " could not be removed", e);
        }
    }

    /** The TCP probe, made when first asked for. */
    synchronized TcpProbe probe() {
        if (probe == null) {
            String port = getTcpProbePort() != null ? getTcpProbePort() : targets().file().map(ServerConfig::tcpProbePort).orElse("8000");
            probe = new TcpProbe(vertx, getTcpProbeAddress(), port);
        }
        return probe;
    }

    /** Called on an event loop after every change of a session. */
    private void followSessions() {
        if (isProbeFollowsSession()) {
            Lane.offer(pool, this::declareBySessions);
        }
    }

    private synchronized void declareBySessions() {
        boolean allConnected = !sources.isEmpty()
                && sources.values().stream().allMatch(source -> source.session().state() == VantiqSession.State.CONNECTED);
        if (allConnected) {
            probe().declareHealthy();
        } else {
            probe().declareUnhealthy();
        }
    }

    /** The sessions, for tests and tools. */
    synchronized List<VantiqSession> sessions() {
        return sources.values().stream().map(VantiqSource::session).toList();
    }

    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            contextStarted = false;
            // Producers of templates are stopped after the component: their sessions end here.
            for (VantiqSource source : sources.values()) {
                source.session().close();
                detach(source.session().settings().source());
            }
            sources.clear();
            if (probe != null) {
                probe.close();
                probe = null;
            }
            if (vertx != null) {
                getCamelContext().getExecutorServiceManager().shutdownGraceful(pool, 5000);
                vertx.close().toCompletionStage().toCompletableFuture().get(10, java.util.concurrent.TimeUnit.SECONDS);
                vertx = null;
            }
        }
        super.doStop();
    }

    public VantiqConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(VantiqConfiguration configuration) {
        this.configuration = configuration;
    }
}
