package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.mavlink.LinkSettings.SigningPolicy;

/** What is set as a property arrives at the link. */
@Timeout(60)
class MavlinkConfigurationTest {

    @TempDir
    Path folder;

    private static Main main(String... properties) {
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        for (int n = 0; n < properties.length; n += 2) {
            main.addInitialProperty("camel.component.mavlink." + properties[n], properties[n + 1]);
        }
        return main;
    }

    private static MavlinkLink acquire(Main main) throws Exception {
        MavlinkComponent component = main.getCamelContext().getComponent("mavlink", MavlinkComponent.class);
        return component.acquire(component.getConfiguration());
    }

    @Test
    void readinessSaysWhichAddressCannotBeOpenedUntilItCan() throws Exception {
        DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        String address = "udpin:127.0.0.1:" + other.getLocalPort();
        Main main = main("address", address);
        main.start();
        try {
            MavlinkComponent component = main.getCamelContext().getComponent("mavlink", MavlinkComponent.class);
            HealthCheck check = HealthCheckRegistry.get(main.getCamelContext()).getCheck("mavlink").orElseThrow();
            assertThat(check.isLiveness()).isFalse();
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
            assertThatThrownBy(() -> acquire(main)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> acquire(main)).isInstanceOf(IOException.class);
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(check.call().getMessage()).hasValueSatisfying(why -> assertThat(why).startsWith("Cannot open " + address + ": Address already in use"));
            other.close();
            component.release(acquire(main));
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
        } finally {
            other.close();
            main.stop();
        }
    }

    /** One call that failed is no reason to stay unready where nobody has a vehicle. */
    @Test
    void aLinkThatNobodyWantsAnyMoreIsNoFailure() throws Exception {
        AtomicLong now = new AtomicLong();
        MavlinkLinks links = new MavlinkLinks((name, task) -> new Thread(task, name), now::get);
        try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            LinkSettings settings = LinkSettings.of("udpin:127.0.0.1:" + other.getLocalPort());
            assertThatThrownBy(() -> links.acquire(settings)).isInstanceOf(IOException.class);
            now.addAndGet(TimeUnit.SECONDS.toNanos(60));
            assertThat(links.failures()).hasSize(1);
            now.incrementAndGet();
            assertThat(links.failures()).isEmpty();
        }
    }

    @Test
    void takesEveryOptionOfALink() throws Exception {
        Path xml = Files.writeString(folder.resolve("own.xml"), """
                <mavlink><messages><message id="180001" name="WEATHER"><field type="uint8_t" name="kind"/></message></messages></mavlink>""");
        Main main = main("address", "udpin:127.0.0.1:0,tcpin:127.0.0.1:0", "system-id", "2", "component-id", "140", "heartbeat-type", "18",
                "heartbeat-frequency", "5.0", "vehicle-timeout", "10s", "forward", "false", "dialect", "common", "dialect-file", xml.toString(),
                "signing", "require", "signing-key", "correct horse", "signing-timestamp-file", folder.resolve("time").toString());
        main.start();
        try {
            MavlinkLink link = acquire(main);
            LinkSettings settings = link.settings();
            assertThat(settings.addresses()).hasSize(2);
            assertThat(settings.systemId()).isEqualTo(2);
            assertThat(settings.componentId()).isEqualTo(140);
            assertThat(settings.heartbeatType()).isEqualTo(18);
            assertThat(settings.heartbeatInterval()).isEqualTo(Duration.ofMillis(200));
            assertThat(settings.vehicleTimeout()).isEqualTo(Duration.ofSeconds(10));
            assertThat(settings.forward()).isFalse();
            assertThat(settings.dialect().get("WEATHER").id()).isEqualTo(180001);
            assertThat(settings.dialect().find(163)).as("AHRS is ArduPilot's").isNull();
            assertThat(settings.signing()).isEqualTo(SigningPolicy.REQUIRE);
            assertThat(settings.toString()).doesNotContain("horse");
            assertThat(acquire(main)).isSameAs(link);
            assertThat(folder.resolve("time")).exists();
            MavlinkComponent component = main.getCamelContext().getComponent("mavlink", MavlinkComponent.class);
            component.release(link);
            component.release(link);
        } finally {
            main.stop();
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        for (String[] wrong : new String[][]{{"address", "nowhere", "'nowhere' is no MAVLink address"}, {"dialect", "klingon", "Unknown MAVLink dialect 'klingon'"},
            {"dialect-file", "none.xml", "none.xml"}, {"system-id", "0", "1 to 255, not 0"}}) {
            Main main = main(wrong[0], wrong[1]);
            if (!wrong[0].equals("address")) {
                main.addInitialProperty("camel.component.mavlink.address", "udpin:127.0.0.1:0");
            }
            main.start();
            try {
                assertThatThrownBy(() -> acquire(main)).as(wrong[0]).hasMessageContaining(wrong[2]);
            } finally {
                main.stop();
            }
        }
    }
}
