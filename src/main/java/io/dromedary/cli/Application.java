package io.dromedary.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import io.dromedary.kit.Reload;
import io.dromedary.kit.ReloadDesk;
import io.dromedary.kit.Versions;
import io.dromedary.lint.Linter;
import io.dromedary.mqtt.MqttComponent;
import io.dromedary.propeller.ProxyFlow;
import io.dromedary.propeller.ProxySettings;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.ManagementStrategy;
import org.apache.camel.spi.SupervisingRouteController;

/** One running Dromedary: its data directory, embedded servers and Camel context. */
public final class Application implements AutoCloseable {

    /** Where other subcommands find a running instance's addresses, inside the data directory. */
    static final String ADDRESS_FILE = "addresses.json";

    /** Attaches the bus straight to a broker; the name of its route file and of the service it needs. */
    private static final String BROKER = "broker";
    /** Attaches the bus behind the HTTP client process of the reference. */
    private static final String CLIENT_PROCESS = "client-process";
    /** Attaches it to the broker together with other instances. */
    private static final String FLEET = "fleet";
    /** Attaches it to nothing: the broker's address is set to the empty text. */
    private static final String NONE = "none";
    /** Attaches what needs a vehicle to the MAVLink link. */
    private static final String LINK = "link";

    private final Settings settings;
    private final DataDirectory data;
    private final Flows flows;
    private final List<Flows.Flow> enabled;
    private final Services services;
    private final SimulatedVehicle vehicle;
    private final Reload reload;
    private final Main main;
    private final Properties extra;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    /**
     * Takes the data directory and starts the embedded servers.
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
        this.flows = Flows.load(Map.of("bus.attachment", attachment(settings), "bus.redis", attachment(settings).equals(FLEET) ? "proxies/redis," : "", "redis.channels", redisChannels(settings),
                "vehicle.attachment", settings.isAbsent("PETAL_MAVLINK_ENDPOINT") && !simulate ? NONE : LINK));
        this.enabled = flows.enabled(settings);
        this.data = DataDirectory.open(Path.of(settings.value(DataDirectory.SETTING, "data")));
        this.services = new Services(settings, data);
        this.reload = reload();
        Set<String> needed = new LinkedHashSet<>();
        enabled.forEach(flow -> needed.addAll(flow.services()));
        try {
            services.start(needed);
            vehicle = simulate ? simulated() : null;
        } catch (StartRefused e) {
            services.close();
            data.close();
            throw e;
        }
    }

    /** What is the engineer's own is copied before it runs, so that it can be exchanged as a whole; null if there is nothing. */
    private Reload reload() {
        Map<String, Path> folders = userFolders(settings);
        if (folders.isEmpty()) {
            return null;
        }
        try {
            return new Reload(folders, new Versions(data.folder("kit")), this::linter);
        } catch (IOException e) {
            data.close();
            throw new StartRefused("DROMEDARY_ROUTES_DIR or DROMEDARY_KAMELETS_DIR cannot be read: " + e.getMessage() + ".", e);
        }
    }

    static Map<String, Path> userFolders(Settings settings) {
        Map<String, Path> folders = new LinkedHashMap<>();
        settings.value("DROMEDARY_ROUTES_DIR").ifPresent(folder -> folders.put("routes", Path.of(folder)));
        settings.value("DROMEDARY_KAMELETS_DIR").ifPresent(folder -> folders.put("kamelets", Path.of(folder)));
        return folders;
    }

    private Linter linter() throws IOException {
        Optional<Path> routes = unpacked("routes");
        Optional<Path> kamelets = unpacked("kamelets");
        if (routes.isPresent() && kamelets.isPresent()) {
            return new Linter(List.of(routes.get(), kamelets.get()), null);
        }
        try (ShippedFiles shipped = ShippedFiles.open()) {
            return new Linter(List.of(shipped.routes(), shipped.kamelets()), null);
        }
    }

    private SimulatedVehicle simulated() {
        try {
            return SimulatedVehicle.start(SimulatedVehicleSettings.px4(data.folder("vehicle")));
        } catch (IOException e) {
            throw new StartRefused("The simulated vehicle cannot start: " + e.getMessage() + ".", e);
        }
    }

    /** Route files that listen to Redis; none without it, and none over a UNIX socket, which the library of subscriptions has not. */
    private static String redisChannels(Settings settings) {
        return settings.isAbsent("PETAL_REDIS_HOST") || settings.value("PETAL_REDIS_UNIX_SOCKET_PATH").isPresent() ? "" : "flight-log-redis/*";
    }

    private static String attachment(Settings settings) {
        boolean client = settings.value("PETAL_TS_CLIENT_HOST").isPresent() || settings.value("PETAL_TS_CLIENT_PORT").isPresent();
        if (client && !settings.isSet("DROMEDARY_MQTT_URL")) {
            return CLIENT_PROCESS;
        }
        if (settings.value("DROMEDARY_FLEET_GROUP").isPresent()) {
            return fleet(settings);
        }
        return settings.isAbsent("DROMEDARY_MQTT_URL") ? NONE : BROKER;
    }

    /** An embedded Redis would be another one for each instance. */
    private static String fleet(Settings settings) {
        if (List.of("PETAL_REDIS_HOST", "PETAL_REDIS_UNIX_SOCKET_PATH", "DROMEDARY_REDIS_SENTINELS", "DROMEDARY_REDIS_CLUSTER").stream()
                .noneMatch(name -> settings.value(name).isPresent())) {
            throw new StartRefused("PETAL_REDIS_HOST is missing; DROMEDARY_FLEET_GROUP needs a Redis that all instances share.");
        }
        return FLEET;
    }

    /** Starts Camel with the routes of the enabled flows. */
    public void start() throws Exception {
        Properties properties = new Properties();
        properties.putAll(services.properties());
        Identity identity = Identity.read(settings);
        properties.setProperty("dromedary.data-dir", data.path().toString());
        properties.setProperty("dromedary.organization-id", identity.organization());
        properties.setProperty("dromedary.organization-file", settings.value("DROMEDARY_ORGANIZATION_ID").isPresent() ? "" : settings.value("DROMEDARY_ORGANIZATION_ID_FILE", ""));
        properties.setProperty("dromedary.vehicle-expected", Boolean.toString(vehicle != null || settings.value("PETAL_MAVLINK_ENDPOINT").isPresent()));
        properties.setProperty("petal.redis-health-message-period", millis("PETAL_REDIS_HEALTH_MESSAGE_RATE", 3));
        properties.setProperty("dromedary.transfer-dirs", settings.value("DROMEDARY_TRANSFER_DIRS", data.folder("transfers").toString()));
        properties.setProperty("dromedary.machine-id", identity.machine());
        // A device without an identity owns its documents and files as "local"; an empty variable says that it has none.
        properties.setProperty("petal.machine-id", identity.machine().isEmpty() && !settings.isAbsent("DROMEDARY_MACHINE_ID") ? "local" : identity.machine());
        properties.setProperty("dromedary.device-topic", identity.topicPrefix());
        properties.setProperty("dromedary.device-id", identity.deviceId());
        // On a topic without an organization there is nobody else who could answer.
        properties.setProperty("dromedary.answer-foreign-commands",
                Boolean.toString(settings.isSet("DROMEDARY_ANSWER_FOREIGN_COMMANDS") ? settings.isTrue("DROMEDARY_ANSWER_FOREIGN_COMMANDS") : identity.organization().isEmpty()));
        properties.setProperty("dromedary.http-name", httpName());
        listen(properties, "http", "camel.server.port", "DROMEDARY_HTTP_PORT", 9000);
        listen(properties, "management", "camel.management.port", "DROMEDARY_MANAGEMENT_PORT", 9876);
        properties.setProperty("camel.main.routes-include-pattern", String.join(",", routes()));
        properties.setProperty("camel.component.kamelet.location", String.join(",", kamelets()));
        if (reload != null) {
            main.addMainListener(new MainListenerSupport() {
                @Override
                public void beforeConfigure(BaseMainSupport started) {
                    reload.attach(started.getCamelContext());
                }
            });
        }
        HttpTls.apply(settings, main, properties);
        TraceExport.apply(settings, identity.machine(), main);
        main.bind("platform-http-engine", new HttpEngine());
        main.bind("paho-mqtt5", broker());
        settings.value("DROMEDARY_FLEET_GROUP").ifPresent(group -> main.bind("singleEdges", new SingleEdges()));
        if (enabled.stream().anyMatch(flow -> flow.name().equals("propeller"))) {
            ProxyFlow proxy = new ProxyFlow(proxySettings(properties.getProperty("proxy.mqtt-address", "tcp://localhost:1883")));
            properties.putAll(proxy.properties());
            settings.value("DROMEDARY_ARTIFACT_CACHE").ifPresent(folder -> properties.setProperty("camel.component.oci.cacheDirectory", folder));
            settings.value("DROMEDARY_ARTIFACT_CACHE_BYTES").ifPresent(bytes -> properties.setProperty("camel.component.oci.cacheMaxBytes", bytes));
            // One instance of a fleet gets a request.
            settings.value("DROMEDARY_FLEET_GROUP").ifPresent(group -> {
                properties.compute("proxy.request-topic", (name, topic) -> "$share/" + group + "/" + topic);
                properties.setProperty("proxy.manual-acks", "true");
            });
            proxy.beans().forEach(main::bind);
        }
        if (vehicle != null) {
            properties.setProperty("petal.mavlink-endpoint", vehicle.address());
        }
        properties.putAll(extra);
        // A third of the start and 60 MB went into an MBean for each step of 300 routes, which only the console shows.
        boolean console = Variables.isTrue(properties.getProperty("dromedary.console", settings.value("DROMEDARY_CONSOLE", "false")));
        properties.setProperty("dromedary.console", Boolean.toString(console));
        properties.setProperty("camel.main.jmxManagementMBeansLevel", console ? "Default" : "RoutesOnly");
        // What only the console's pages for exchanges under way and for tracing ask for.
        properties.setProperty("camel.main.inflight-repository-browse-enabled", Boolean.toString(console));
        properties.setProperty("camel.trace.standby", Boolean.toString(console));
        main.setOverrideProperties(properties);
        services.beans().forEach(main::bind);
        main.bind(Admin.FLOWS, flows.infos(enabled));
        HttpGuard guard = guard();
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configured) {
                ManagementStrategy management = configured.getCamelContext().getManagementStrategy();
                management.addEventNotifier(guard.beforeRoutes(Integer.parseInt(properties.getProperty("camel.server.port"))));
                if (!console) {
                    management.setManagementObjectStrategy(new RouteMBeans());
                }
            }
        });
        main.start();
        if (reload != null) {
            new ReloadDesk(reload, settings.isTrue("DROMEDARY_RELOAD")).start(context());
        }
        Files.write(data.path().resolve(ADDRESS_FILE), new ObjectMapper().writeValueAsBytes(addresses()));
    }

    /** How others reach the HTTP server: nobody can go to the address that stands for all. */
    private String httpName() throws IOException {
        String host = settings.value("DROMEDARY_HTTP_HOST", InetAddress.getLoopbackAddress().getHostAddress());
        return host.equals("0.0.0.0") || host.equals("::") ? InetAddress.getLocalHost().getHostName() : host;
    }

    private HttpGuard guard() {
        String host = settings.value("DROMEDARY_HTTP_HOST", InetAddress.getLoopbackAddress().getHostAddress());
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
        HttpGuard guard = new HttpGuard(settings.value("DROMEDARY_HTTP_TOKEN", ""), settings.value("DROMEDARY_HTTP_USERNAME", "admin"),
                settings.value("DROMEDARY_HTTP_PASSWORD", ""), loopback);
        if (!loopback && !guard.isLocked()) {
            throw new StartRefused("DROMEDARY_HTTP_HOST is " + host + ", where others can reach it; set DROMEDARY_HTTP_TOKEN or DROMEDARY_HTTP_PASSWORD.");
        }
        return guard;
    }

    private ProxySettings proxySettings(String embeddedBroker) {
        try {
            return ProxySettings.readOrLocal(name -> settings.value(name, null), Path.of("config.toml"), embeddedBroker);
        } catch (IllegalArgumentException e) {
            throw new StartRefused(e.getMessage());
        }
    }

    private MqttComponent broker() {
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setMaxReconnectDelay(2_000);
        component.getConfiguration().setConnectionTimeout(10);
        component.setTls(settings.busTls());
        return component;
    }

    /** Route files in the order in which their routes start: the edges of the flows last, when all that they call is there. */
    private List<String> routes() throws IOException {
        // Once each: flows may share files.
        Set<String> patterns = new LinkedHashSet<>(List.of(shipped("errors"), shipped("interfaces")));
        enabled.forEach(flow -> flow.routes().forEach(route -> patterns.add(shipped(route))));
        if (reload != null) {
            patterns.add("file:" + reload.running() + "/routes/**/*.camel.yaml");
        }
        enabled.forEach(flow -> flow.edges().forEach(route -> patterns.add(shipped(route))));
        return List.copyOf(patterns);
    }

    /** A distribution has the routes as files, to be read and changed; else they are in the jar. */
    private String shipped(String route) {
        return unpacked("routes").map(folder -> "file:" + folder + "/").orElse("classpath:routes/") + route + ".camel.yaml";
    }

    private Optional<Path> unpacked(String folder) {
        return settings.value("DROMEDARY_HOME").map(home -> Path.of(home, folder)).filter(Files::isDirectory);
    }

    private List<String> kamelets() throws IOException {
        List<String> locations = new ArrayList<>();
        unpacked("kamelets").ifPresent(folder -> locations.add("file:" + folder));
        locations.add(reload == null ? "classpath:kamelets" : reload.kameletLocation());
        return locations;
    }

    /** Camel's HTTP server does not tell the port it got for 0, so a free one is looked up here. */
    private void listen(Properties properties, String name, String property, String setting, int fallback) {
        int wanted = settings.port(setting, fallback);
        String host = settings.value("DROMEDARY_HTTP_HOST", InetAddress.getLoopbackAddress().getHostAddress());
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, wanted));
            properties.setProperty(property, Integer.toString(probe.getLocalPort()));
            addresses.put(name, host + ":" + probe.getLocalPort());
        } catch (IOException e) {
            throw new StartRefused("Port " + wanted + " for " + name + " is taken (" + e.getMessage() + "); set " + setting
                    + " to another one, or to 0 for any.");
        }
    }

    /** A variable in seconds, for Camel. */
    private String millis(String setting, double fallback) {
        try {
            double seconds = Double.parseDouble(settings.value(setting, Double.toString(fallback)));
            if (seconds > 0 && seconds <= 86_400) {
                return Long.toString(Math.max(1, Math.round(seconds * 1000)));
            }
        } catch (NumberFormatException e) {
            // Said below, with what is out of range.
        }
        throw new StartRefused(setting + " is '" + settings.value(setting, "") + "', which is not a time in seconds.");
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
        Map<String, String> all = new LinkedHashMap<>(addresses);
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
