package io.dromedary.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.admin.Admin;
import io.dromedary.admin.HttpGuard;
import io.dromedary.console.RouteMBeans;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.embedded.StartRefused;
import io.dromedary.fleet.SingleEdges;
import io.dromedary.kit.FileMistake;
import io.dromedary.kit.Reload;
import io.dromedary.kit.ReloadDesk;
import io.dromedary.mqtt.MqttComponent;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.SupervisingRouteController;

/** One running Dromedary: its data directory, embedded servers and Camel context. */
public final class Application implements AutoCloseable {

    /** Where other subcommands find a running instance's addresses, inside the data directory. */
    static final String ADDRESS_FILE = "addresses.json";

    private final Settings settings;
    private final DataDirectory data;
    private final ProgramFiles files;
    private final Flows flows;
    private final List<Flows.Flow> enabled;
    private final Services services;
    private final SimulatedVehicle vehicle;
    private final Reload reload;
    private final OwnMain main;
    private final Properties extra;
    private final LauncherProperties found;

    /**
     * Takes the data directory and begins to start the embedded servers, which are ready when {@link #start()} returns.
     *
     * @param simulate whether to start a simulated vehicle and use it
     * @param extra    properties that win over all others
     * @throws StartRefused if something outside has to be changed first; wrong variables are reported all at once
     */
    public Application(Settings settings, boolean simulate, Properties extra) {
        Variables.shipped().check(settings);
        this.settings = settings;
        this.main = new OwnMain(settings);
        this.extra = extra;
        this.files = new ProgramFiles(settings);
        this.flows = Flows.load(Attachments.of(settings, simulate));
        this.enabled = flows.enabled(settings);
        this.data = DataDirectory.open(Path.of(settings.value(DataDirectory.SETTING, "data")));
        this.services = new Services(settings, data);
        Set<String> needed = new LinkedHashSet<>();
        enabled.forEach(flow -> needed.addAll(flow.services()));
        try {
            reload = files.copy(data);
            services.start(needed);
            vehicle = simulate ? simulated() : null;
            found = new LauncherProperties(settings, data, vehicle != null, services.addresses());
        } catch (RuntimeException e) {
            services.close();
            data.close();
            throw e;
        }
    }

    private SimulatedVehicle simulated() {
        try {
            return SimulatedVehicle.start(SimulatedVehicleSettings.px4(data.folder("vehicle")));
        } catch (IOException e) {
            throw new StartRefused("The simulated vehicle cannot start: " + e.getMessage() + ".", e);
        }
    }

    /** Starts Camel with the routes of the enabled flows. */
    public void start() throws Exception {
        Identity identity = Identity.read(settings);
        Properties properties = new Properties();
        properties.putAll(services.properties());
        properties.putAll(found.properties(identity));
        properties.setProperty("camel.main.routes-include-pattern", String.join(",", files.routes(enabled, reload)));
        properties.setProperty("camel.component.kamelet.location", String.join(",", files.kamelets(reload)));
        HttpTls.apply(settings, main, properties);
        TraceExport.apply(settings, identity.machine(), main, properties);
        bindBeans(properties);
        properties.putAll(extra);
        boolean console = console(properties);
        main.setOverrideProperties(properties);
        if (!console && !settings.isTrue("DROMEDARY_EAGER_ROUTES")) {
            // Shipped routes are known to work; of the engineer's own we say at the start what is wrong.
            main.lazy(file -> file != null && (reload == null || !reload.has(file)));
        }
        listen(HttpAccess.guard(settings), Integer.parseInt(properties.getProperty("camel.server.port")), console);
        startCamel();
        if (reload != null) {
            new ReloadDesk(reload, settings.isTrue("DROMEDARY_RELOAD")).start(context());
        }
        Files.write(data.path().resolve(ADDRESS_FILE), new ObjectMapper().writeValueAsBytes(addresses()));
    }

    /** Routes are made while the embedded servers start, and start when those are there. */
    private void startCamel() throws Exception {
        try {
            main.init();
            context().init();
        } catch (Exception e) {
            throw FileMistake.sentence(e).<Exception>map(mistake -> new StartRefused(reload == null ? mistake : reload.ownNames(mistake), e)).orElse(e);
        }
        services.await();
        services.keep();
        main.start();
        HttpServers.listening(context());
    }

    private void bindBeans(Properties properties) {
        services.beans().forEach(main::bind);
        main.bind(Admin.FLOWS, flows.infos(enabled));
        main.bind("platform-http-engine", new HttpEngine());
        main.bind("paho-mqtt5", broker());
        settings.value("DROMEDARY_FLEET_GROUP").ifPresent(group -> main.bind("singleEdges", new SingleEdges()));
        if (enabled.stream().anyMatch(flow -> flow.name().equals("propeller"))) {
            ProxyBinding.apply(settings, main, properties);
        }
        if (vehicle != null) {
            properties.setProperty("petal.mavlink-endpoint", vehicle.address());
        }
    }

    /** A third of the start and 60 MB went into an MBean for each step of 300 routes, which only the console shows. */
    private boolean console(Properties properties) {
        boolean console = Variables.isTrue(properties.getProperty("dromedary.console", settings.value("DROMEDARY_CONSOLE", "false")));
        properties.setProperty("dromedary.console", Boolean.toString(console));
        properties.setProperty("camel.main.jmxManagementMBeansLevel", console ? "Default" : "RoutesOnly");
        // What only the console's pages for exchanges under way and for tracing ask for.
        properties.setProperty("camel.main.inflight-repository-browse-enabled", Boolean.toString(console));
        properties.setProperty("camel.trace.standby", Boolean.toString(console));
        return console;
    }

    private void listen(HttpGuard guard, int port, boolean console) {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport started) {
                if (reload != null) {
                    reload.attach(started.getCamelContext());
                }
            }

            @Override
            public void afterConfigure(BaseMainSupport configured) {
                CamelContext context = configured.getCamelContext();
                context.addLifecycleStrategy(guard.beforeRoutes(port));
                if (!console) {
                    RouteMBeans.only(context);
                }
            }
        });
    }

    private MqttComponent broker() {
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setMaxReconnectDelay(2_000);
        component.getConfiguration().setConnectionTimeout(10);
        component.setTls(settings.busTls());
        return component;
    }

    /** The running Camel. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /**
     * Ids of routes whose peer is not there (yet), with the reason if one is known. What is switched off, or held back until a proxy
     * is there, does not hold up the rest.
     */
    public Map<String, String> waiting() {
        Map<String, String> waiting = new LinkedHashMap<>();
        for (Route route : ((SupervisingRouteController) context().getRouteController()).getRestartingRoutes()) {
            Throwable error = route.getLastError() == null ? null : route.getLastError().getException();
            waiting.put(route.getRouteId(), error == null ? "starting" : error.getMessage());
        }
        return waiting;
    }

    List<Flows.Flow> enabled() {
        return enabled;
    }

    Map<String, String> disabled() {
        return flows.disabled(settings);
    }

    Path dataDirectory() {
        return data.path();
    }

    /** How the HTTP and the management server are spoken to. */
    String httpScheme() {
        return HttpTls.isOn(settings) ? "https" : "http";
    }

    /** Where everything that listens can be found: {@code http}, {@code management} and the embedded servers. */
    public Map<String, String> addresses() {
        Map<String, String> all = new LinkedHashMap<>(found.addresses());
        all.putAll(services.addresses());
        if (vehicle != null) {
            all.put("vehicle", vehicle.address());
        }
        return all;
    }

    /** Stops Camel, then the embedded servers, and lets go of the data directory. */
    @Override
    public void close() {
        try {
            main.stop();
        } finally {
            if (vehicle != null) {
                vehicle.close();
            }
            services.close();
            data.close();
        }
    }
}
