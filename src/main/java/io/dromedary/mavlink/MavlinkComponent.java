package io.dromedary.mavlink;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Endpoint;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Creates {@code mavlink} endpoints and holds the links they share, also with other components. */
@Component("mavlink")
public class MavlinkComponent extends DefaultComponent {

    @Metadata(description = "The options that endpoints start from.")
    private MavlinkConfiguration configuration = new MavlinkConfiguration();

    @Metadata(label = "security", secret = true, description = "The signing key: 64 hexadecimal digits, or a passphrase whose SHA-256 is the key. "
            + "Set it here only, never in an endpoint.")
    private String signingKey;

    private final Map<String, Dialect> dialectFiles = new ConcurrentHashMap<>();
    private MavlinkLinks links;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MavlinkEndpoint endpoint = new MavlinkEndpoint(uri, this, configuration.copy());
        endpoint.setOperation(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        links = new MavlinkLinks((name, task) -> getCamelContext().getExecutorServiceManager().newThread(name, task));
        HealthCheckRegistry checks = HealthCheckRegistry.get(getCamelContext());
        if (checks != null) {
            checks.register(new MavlinkHealthCheck(links));
        }
    }

    /**
     * The link that a configuration names, shared with all who name the same addresses; {@link #release} it after use.
     *
     * @throws IOException              when it cannot be opened
     * @throws IllegalArgumentException when an option is wrong or contradicts another user of the link
     */
    public MavlinkLink acquire(MavlinkLinkConfiguration wanted) throws IOException {
        return links.acquire(settings(wanted));
    }

    /** The links that are open. */
    public List<MavlinkLink> openLinks() {
        return links == null ? List.of() : links.open();
    }

    /** Ends one use of a link; the last one closes it. */
    public void release(MavlinkLink link) {
        links.release(link);
    }

    private LinkSettings settings(MavlinkLinkConfiguration wanted) throws IOException {
        List<LinkAddress> addresses = LinkAddress.parseAll(wanted.getAddress(), wanted.getBaudRate());
        LinkSettings settings = LinkSettings.of(addresses)
                .withIds(wanted.getSystemId(), wanted.getComponentId())
                .withHeartbeat(wanted.getHeartbeatType(), heartbeatInterval(wanted.getHeartbeatFrequency()))
                .withVehicleTimeout(Duration.ofMillis(wanted.getVehicleTimeout()))
                .withDialect(dialect(wanted));
        if (wanted.getForward() != null) {
            settings = settings.withForward(wanted.getForward());
        }
        if (wanted.getSigning() != LinkSettings.SigningPolicy.OFF) {
            if (signingKey == null || signingKey.isBlank()) {
                throw new IllegalArgumentException("MAVLink signing is " + wanted.getSigning() + " but camel.component.mavlink.signing-key is not set");
            }
            String file = wanted.getSigningTimestampFile();
            settings = settings.withSigning(wanted.getSigning(), MavlinkSigning.key(signingKey), file == null ? null : Path.of(file));
        }
        return settings;
    }

    private static Duration heartbeatInterval(double frequency) {
        if (!(frequency >= 0 && frequency <= 1000)) {
            throw new IllegalArgumentException("heartbeatFrequency is 0 to 1000 a second, not " + frequency);
        }
        return frequency == 0 ? Duration.ZERO : Duration.ofMillis(Math.round(1000 / frequency));
    }

    private Dialect dialect(MavlinkLinkConfiguration wanted) throws IOException {
        if (wanted.getDialectFile() == null) {
            return Dialect.named(wanted.getDialect());
        }
        String key = wanted.getDialect() + " " + wanted.getDialectFile();
        Dialect dialect = dialectFiles.get(key);
        if (dialect == null) {
            dialect = Dialect.withFile(Path.of(wanted.getDialectFile()), wanted.getDialect());
            dialectFiles.put(key, dialect);
        }
        return dialect;
    }

    public MavlinkConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(MavlinkConfiguration configuration) {
        this.configuration = configuration;
    }

    public String getSigningKey() {
        return signingKey;
    }

    public void setSigningKey(String signingKey) {
        this.signingKey = signingKey;
    }
}
