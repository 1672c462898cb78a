package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.dromedary.mavlink.MavlinkComponent;
import io.dromedary.mavlink.MavlinkLink;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.Message;
import org.apache.camel.component.file.GenericFileComponent;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;

/** Creates {@code mavftp} endpoints and holds the clients they share. The links are those of the {@code mavlink} component. */
@Component("mavftp")
public class MavftpComponent extends GenericFileComponent<FtpEntry> {

    @Metadata(description = "The options that endpoints start from.")
    private MavftpConfiguration configuration = new MavftpConfiguration();

    private final FtpClients clients = new FtpClients();
    private MavlinkComponent mavlink;
    private MeterRegistry meters;

    @Override
    protected GenericFileEndpoint<FtpEntry> buildFileEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new MavftpEndpoint(uri, this, remaining, configuration.copy());
    }

    @Override
    protected void afterPropertiesSet(GenericFileEndpoint<FtpEntry> endpoint) {
        // nothing depends on several options
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        mavlink = getCamelContext().getComponent("mavlink", MavlinkComponent.class);
        meters = CamelContextHelper.findSingleByType(getCamelContext(), MeterRegistry.class);
    }

    /** A way to the vehicle that a configuration names; {@link #disconnect} it after use. */
    VehicleFtp connect(MavftpConfiguration wanted) throws IOException {
        MavlinkLink link = mavlink.acquire(wanted);
        return new VehicleFtp(link, clients, wanted.getTargetSystem(), wanted.getTargetComponent(),
                Duration.ofMillis(wanted.getVehicleWait()), wanted.options());
    }

    /** The transfers that run or wait, of all vehicles. */
    public List<RunningTransfer> running() {
        return clients.running();
    }

    void disconnect(VehicleFtp vehicle) {
        vehicle.close();
        mavlink.release(vehicle.link());
    }

    /** Puts the cost of an operation into headers and meters. */
    void report(Message message, String operation, FtpStatistics statistics) {
        message.setHeader(MavftpConstants.BYTES, statistics.bytes());
        message.setHeader(MavftpConstants.SECONDS, statistics.seconds());
        message.setHeader(MavftpConstants.GOODPUT, statistics.goodput());
        message.setHeader(MavftpConstants.LOSS, statistics.loss());
        message.setHeader(MavftpConstants.RTT, statistics.rttSeconds());
        message.setHeader(MavftpConstants.RETRIES, statistics.retries());
        message.setHeader(MavftpConstants.DUPLICATES, statistics.duplicates());
        message.setHeader(MavftpConstants.REOPENS, statistics.reopens());
        if (meters != null) {
            meters.counter("mavftp.bytes", "operation", operation).increment(statistics.bytes());
            meters.counter("mavftp.requests", "operation", operation).increment(statistics.requests());
            meters.counter("mavftp.retries", "operation", operation).increment(statistics.retries());
            meters.counter("mavftp.duplicates", "operation", operation).increment(statistics.duplicates());
            meters.timer("mavftp.operations", "operation", operation).record(Duration.ofNanos((long) (statistics.seconds() * 1e9)));
        }
    }

    /** The headers of a transferred file. */
    void report(Message message, String operation, FtpResult<FtpTransfer> result) {
        report(message, operation, result.statistics());
        message.setHeader(MavftpConstants.SIZE, result.value().size());
        message.setHeader(MavftpConstants.VERIFICATION, result.value().verification().name());
    }

    /** The same local file for the same vehicle file, so that a later download goes on where this one ended. */
    static Path workFile(MavftpConfiguration configuration, String path) {
        Path folder = configuration.getWorkDirectory() != null ? Path.of(configuration.getWorkDirectory())
                : Path.of(System.getProperty("java.io.tmpdir"), "dromedary-mavftp");
        // names of the vehicle may be impossible here
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        return folder.resolve(Integer.toHexString((configuration.getAddress() + configuration.getTargetSystem() + "/"
                + configuration.getTargetComponent() + path).hashCode()) + "-" + name.substring(Math.max(0, name.length() - 100)));
    }

    public MavftpConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(MavftpConfiguration configuration) {
        this.configuration = configuration;
    }
}
