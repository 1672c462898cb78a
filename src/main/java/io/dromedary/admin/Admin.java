package io.dromedary.admin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/**
 * Health and control of one application. Probes run in parallel, at most 8 at a time, with one time limit; switches take effect at
 * once and are kept in the data directory. The bean {@code admin}.
 */
public class Admin implements CamelContextAware {

    /** The registry's name of the list of {@link FlowInfo}. */
    public static final String FLOWS = "flowInfos";

    private static final String FLOW = "flows";
    private static final String PROXY = "proxies";
    private static final int PROBE_THREADS = 8;
    /** Facts that health answers repeat, and the properties they are in. */
    private static final Map<String, String> FACTS = Map.ofEntries(Map.entry("organization", "dromedary.organization-id"),
            Map.entry("organization-file", "dromedary.organization-file"), Map.entry("organization-poll", "dromedary.organization-poll"), Map.entry("machine", "petal.machine-id"),
            Map.entry("device-topic", "dromedary.device-topic"), Map.entry("version", "dromedary.version"),
            Map.entry("ts-client-host", "petal.ts-client-host"), Map.entry("ts-client-port", "petal.ts-client-port"),
            Map.entry("callback-host", "petal.callback-host"), Map.entry("callback-port", "petal.callback-port"),
            Map.entry("mavlink", "camel.component.mavlink.address"), Map.entry("baud", "camel.component.mavlink.baud-rate"),
            Map.entry("mavlink-system", "camel.component.mavlink.system-id"), Map.entry("mavlink-component", "camel.component.mavlink.component-id"));

    private CamelContext context;
    private Path folder = Path.of(".");
    private Duration probeLimit = Duration.ofSeconds(2);
    private final Map<String, String> settings = new LinkedHashMap<>();
    private boolean vehicleExpected;
    private List<FlowInfo> flows = List.of();
    private ControlState state;
    private Proxies proxies;
    private HealthBoard board;
    private HealthShapes shapes;
    private ControlShapes control;
    private FlowKeeper keeper;
    private OrganizationFile organization;
    private ExecutorService threads;

    /** Where the switches are kept. */
    public void setFolder(String folder) {
        this.folder = Path.of(folder);
    }

    /** How long one round of probes may take. */
    public void setProbeLimit(Duration probeLimit) {
        this.probeLimit = probeLimit;
    }

    /** Whether the address of a vehicle is configured. */
    public void setVehicleExpected(boolean vehicleExpected) {
        this.vehicleExpected = vehicleExpected;
    }

    @SuppressWarnings("unchecked")
    public void start() {
        List<FlowInfo> known = context.getRegistry().lookupByNameAndType(FLOWS, List.class);
        flows = known == null ? List.of() : known;
        state = new ControlState(folder.resolve("control.json"));
        threads = context.getExecutorServiceManager().newThreadPool(this, "health-probe", PROBE_THREADS, PROBE_THREADS);
        FACTS.forEach((name, property) -> settings.put(name, context.getPropertiesComponent().resolveProperty(property).orElse("")));
        settings.put("topics", String.join(",", Stream.of("petal.command-edge-topic", "petal.test-topic", "petal.response-topic")
                .map(property -> context.getPropertiesComponent().resolveProperty(property).orElse("")).toList()));
        proxies = new Proxies(context, vehicleExpected);
        board = new HealthBoard(threads, probeLimit);
        organization = settings.get("organization-file").isEmpty() ? null
                : new OrganizationFile(Path.of(settings.get("organization-file")), settings.get("organization"));
        lookAtOrganization();
        shapes = new HealthShapes(proxies, settings, organization);
        for (ProxyInfo proxy : ProxyInfo.values()) {
            proxies.enable(proxy, state.isOn(PROXY, proxy.key(), true));
        }
        keeper = new FlowKeeper(context, flows, this::obstacle);
        context.addLifecycleStrategy(keeper);
        control = new ControlShapes(flows, keeper, proxies, this::isOn, settings.get("version"));
    }

    public void stop() {
        // The registry also stops what never got to its start.
        if (proxies != null) {
            proxies.close();
        }
        if (threads != null) {
            context.getExecutorServiceManager().shutdownNow(threads);
        }
    }

    private String obstacle(FlowInfo flow) {
        if (!state.isOn(FLOW, flow.name(), true)) {
            return "switched off";
        }
        for (String name : flow.required()) {
            Optional<ProxyInfo> proxy = proxy(name);
            if (proxy.isEmpty() || !proxies.isEnabled(proxy.get())) {
                return "needs the proxy " + name + ", which is " + (proxy.isEmpty() || !proxies.isPresent(proxy.get()) ? "not configured" : "switched off");
            }
            // A flow that runs goes on while a proxy is away: its calls say so, and nothing of what arrives is lost.
            HealthBoard.Finding finding = keeper.isRunning(flow) ? HealthBoard.Finding.HEALTHY : board.ask(proxies.probes()).get(proxy.get());
            if (finding != null && !finding.isHealthy()) {
                return "needs the proxy " + name + ": " + finding.error();
            }
        }
        return null;
    }

    private static Optional<ProxyInfo> proxy(String name) {
        return Arrays.stream(ProxyInfo.values()).filter(proxy -> proxy.key().equals(name)).findFirst();
    }

    /** Brings flows and edges to the state that their switches and proxies ask for. */
    public void settle() throws Exception {
        proxies.settle();
        keeper.settle();
    }

    /** Looks whether the file that names the organization has changed. */
    public void lookAtOrganization() {
        if (organization != null) {
            organization.look();
        }
    }

    /** {@code /health/organization}. */
    public Map<String, Object> organization() {
        return shapes.organization();
    }

    /** {@code /health/detailed}. */
    public Map<String, Object> detailed() {
        return shapes.detailed(board.ask(proxies.probes()));
    }

    /** {@code /health/overview}. */
    public Map<String, Object> overview() {
        return shapes.overview(board.ask(proxies.probes()), List.of());
    }

    /** The health message on Redis, which also names the petals. */
    public Map<String, Object> published() {
        return shapes.overview(board.ask(proxies.probes()), control.petals());
    }

    /** {@code /mqtt/status}. */
    public Map<String, Object> mqttStatus() {
        return shapes.mqttStatus(board.ask(proxies.probes()).get(ProxyInfo.MQTT));
    }

    /** {@code GET /debug/proxies}. */
    public Map<String, Object> debugProxies() {
        return Map.of("proxies", proxies.enabled().stream().map(ProxyInfo::key).toList());
    }

    /** {@code GET /api/petal-proxies-control/status}. */
    public Map<String, Object> status() {
        return control.status();
    }

    /** {@code GET /api/petal-proxies-control/components/list}. */
    public Map<String, Object> components() {
        return control.components();
    }

    private boolean isOn(FlowInfo flow) {
        return state.isOn(FLOW, flow.name(), true) && keeper.isLoaded(flow);
    }

    /** {@code POST /api/petal-proxies-control/petals/control}. */
    public Map<String, Object> switchPetals(Map<String, Object> body) throws Exception {
        return new ControlCall("petal", body).run(this::switchFlow, this::applied);
    }

    /** {@code POST /api/petal-proxies-control/proxies/control}. */
    public Map<String, Object> switchProxies(Map<String, Object> body) throws Exception {
        return new ControlCall("proxy", body).run(this::switchProxy, this::applied);
    }

    private void applied() throws Exception {
        board.forget();
        settle();
    }

    /** True when it changed something. */
    private boolean switchFlow(String name, boolean on) throws ControlCall.Refused {
        FlowInfo flow = flows.stream().filter(candidate -> candidate.name().equals(name)).findFirst()
                .orElseThrow(() -> new ControlCall.Refused("Unknown petal: " + name));
        if (on) {
            List<String> missing = flow.required().stream().filter(need -> proxy(need).map(proxy -> !proxies.isEnabled(proxy)).orElse(true)).toList();
            ControlCall.refuseMissing(name, "dependencies", missing);
        } else if (name.equals("bus")) {
            throw new ControlCall.Refused("Cannot disable bus: the others answer through it. Disable the proxy mqtt instead.");
        } else if (flow.files().contains("proxies/http")) {
            throw new ControlCall.Refused("Cannot disable " + name + ": it serves this control. Disable single proxies instead.");
        }
        boolean changed = state.isOn(FLOW, name, true) != on;
        state.set(FLOW, name, on);
        return changed;
    }

    private boolean switchProxy(String name, boolean on) throws ControlCall.Refused {
        ProxyInfo proxy = proxy(name).orElseThrow(() -> new ControlCall.Refused("Unknown proxy: " + name));
        if (on) {
            if (!proxies.isPresent(proxy)) {
                throw new ControlCall.Refused("Cannot enable " + name + ": it is not configured.");
            }
            ControlCall.refuseMissing(name, "proxy dependencies", proxy.needs().stream().filter(need -> !proxies.isEnabled(need)).map(ProxyInfo::key).toList());
        } else {
            List<String> petals = flows.stream().filter(flow -> isOn(flow) && flow.required().contains(name)).map(FlowInfo::name).toList();
            List<String> others = proxies.enabled().stream().filter(other -> other.needs().contains(proxy)).map(ProxyInfo::key).toList();
            ControlCall.refuseRequired(name, petals, others);
        }
        boolean changed = proxies.isEnabled(proxy) != on;
        state.set(PROXY, name, on);
        proxies.enable(proxy, on);
        return changed;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
