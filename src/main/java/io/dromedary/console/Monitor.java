package io.dromedary.console;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

import io.dromedary.command.EdgeAccounts;
import io.dromedary.mavftp.MavftpComponent;
import io.dromedary.mavlink.MavlinkComponent;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.Vehicle;
import io.dromedary.propeller.Transfers;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Our MBeans beside Camel's: {@code io.dromedary:context=…,type=edges|vehicles|transfers|components}. They ask what there is each time they
 * are read, so they need no care when links, vehicles and transfers come and go.
 */
final class Monitor extends ServiceSupport implements EdgesMXBean, VehiclesMXBean, TransfersMXBean {

    private static final Map<String, Class<?>> VIEWS = Map.of(
            "edges", EdgesMXBean.class, "vehicles", VehiclesMXBean.class, "transfers", TransfersMXBean.class);

    private final CamelContext context;

    Monitor(CamelContext context) {
        this.context = context;
    }

    @Override
    protected void doStart() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (Map.Entry<String, Class<?>> view : VIEWS.entrySet()) {
            remove(server, name(view.getKey()));
            server.registerMBean(view(view.getValue()), name(view.getKey()));
        }
        for (ComponentDocs docs : ComponentDocs.all(context)) {
            remove(server, name(docs));
            server.registerMBean(new StandardMBean(docs, ComponentDocsMXBean.class, true), name(docs));
        }
    }

    @Override
    protected void doStop() throws Exception {
        for (String type : VIEWS.keySet()) {
            remove(ManagementFactory.getPlatformMBeanServer(), name(type));
        }
        for (ComponentDocs docs : ComponentDocs.all(context)) {
            remove(ManagementFactory.getPlatformMBeanServer(), name(docs));
        }
    }

    private <T> Object view(Class<T> type) throws JMException {
        // JMX wants another object for each name.
        return new StandardMBean(type.cast(new Monitor(context)), type, true);
    }

    private static void remove(MBeanServer server, ObjectName name) throws JMException {
        if (server.isRegistered(name)) {
            server.unregisterMBean(name);
        }
    }

    private ObjectName name(ComponentDocs docs) throws JMException {
        return new ObjectName(name("components") + ",name=" + ObjectName.quote(docs.name()));
    }

    private ObjectName name(String type) throws JMException {
        return new ObjectName("io.dromedary:context=" + ObjectName.quote(context.getName()) + ",type=" + type);
    }

    @Override
    public List<Edge> getEdges() {
        EdgeAccounts accounts = context.getRegistry().findSingleByType(EdgeAccounts.class);
        return accounts == null ? List.of()
                : new TreeSet<>(accounts.edges()).stream().<Edge>map(edge -> EdgeRow.of(accounts, edge)).toList();
    }

    @Override
    public long getUnaccounted() {
        return getEdges().stream().mapToLong(Edge::getUnaccounted).sum();
    }

    private List<MavlinkLink> links() {
        return component("mavlink", MavlinkComponent.class).map(MavlinkComponent::openLinks).findFirst().orElse(List.of());
    }

    /** The component, when some route uses it; it is not created for this. */
    private <T extends Component> Stream<T> component(String name, Class<T> type) {
        return Stream.ofNullable(context.hasComponent(name)).filter(type::isInstance).map(type::cast);
    }

    @Override
    public List<Link> getLinks() {
        return links().stream().<Link>map(LinkRow::of).toList();
    }

    @Override
    public List<VehicleState> getVehicles() {
        return links().stream().flatMap(link -> link.vehicles().stream().<VehicleState>map(vehicle -> VehicleRow.of(link, vehicle))).toList();
    }

    @Override
    public List<RunningTransfer> getRunning() {
        List<RunningTransfer> running = new ArrayList<>();
        Transfers artifacts = context.getRegistry().findSingleByType(Transfers.class);
        if (artifacts != null) {
            artifacts.running().forEach(transfer -> running.add(new TransferRow("artifact", transfer.getAppName(), transfer.getBytesSent(),
                    transfer.getTotalChunks() == 0 ? -1 : transfer.getBytesSent() + transfer.getBytesLeft())));
        }
        component("mavftp", MavftpComponent.class).forEach(files -> files.running().forEach(file ->
                running.add(new TransferRow("vehicle-file", file.vehicle() + " " + file.path(), file.done(), file.total()))));
        return running;
    }

    @Override
    public int getCount() {
        return getRunning().size();
    }

    private record EdgeRow(String getName, long getReceived, long getAnswered, long getUnaccounted) implements Edge {

        static EdgeRow of(EdgeAccounts accounts, String edge) {
            return new EdgeRow(edge, accounts.received(edge), accounts.answered(edge), accounts.unaccounted(edge));
        }

        @Override
        public long getParked() {
            return Math.max(0, getReceived - getAnswered - getUnaccounted);
        }
    }

    private record LinkRow(String getAddresses, String getSigning, long getReceived, long getLost, long getChecksumErrors,
                           long getBadSignatures, long getSent, long getSendDrops) implements Link {

        static LinkRow of(MavlinkLink link) {
            var counted = link.statistics();
            return new LinkRow(link.settings().addresses().toString(), link.settings().signing().toString(), counted.received(), counted.lost(),
                    counted.checksumErrors(), counted.badSignatures(), counted.sent(), counted.sendDrops());
        }
    }

    private record VehicleRow(String getId, String getLink, int getAutopilot, boolean isPresent, boolean isArmed, long getMode,
                              long getHeartbeats, double getSilenceSeconds) implements VehicleState {

        static VehicleRow of(MavlinkLink link, Vehicle vehicle) {
            long silence = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - vehicle.lastHeartbeat());
            return new VehicleRow(vehicle.systemId() + "/" + vehicle.componentId(), link.settings().addresses().toString(), vehicle.autopilot(),
                    vehicle.present(), vehicle.armed(), vehicle.customMode(), vehicle.heartbeats(), silence / 1000.0);
        }
    }

    private record TransferRow(String getKind, String getName, long getBytesDone, long getBytesTotal) implements RunningTransfer {

        @Override
        public double getPercent() {
            return getBytesTotal < 0 ? -1 : getBytesTotal == 0 ? 100 : 100.0 * getBytesDone / getBytesTotal;
        }
    }
}
