package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class FlowsTest {

    private static List<String> names(Map<String, String> environment) {
        return Flows.load(java.util.Map.of("bus.attachment", "broker", "vehicle.attachment", "link", "vehicle.commands", "proxies/vehicle", "bus.callback", "proxies/callback", "redis.channels", "flight-log-redis/*")).enabled(new Settings(environment)).stream().map(Flows.Flow::name).toList();
    }

    @Test
    void runsWhatNeedsNoConfiguration() {
        assertThat(names(Map.of())).containsExactlyInAnyOrder("bus", "flight-log", "propeller", "proxies");
    }

    @Test
    void leavesTheProxyOutAtARealBrokerUntilItHasAnIdentity() {
        assertThat(names(Map.of("DROMEDARY_MQTT_URL", "tcp://broker"))).containsExactly("bus", "flight-log", "proxies");
        assertThat(names(Map.of("DROMEDARY_MQTT_URL", "tcp://broker", "PROPLET_THING_ID", "x"))).contains("propeller");
    }

    @Test
    void runsTheNamedFlowsAndAlwaysTheBus() {
        assertThat(names(Map.of("DROMEDARY_FLOWS", "propeller"))).containsExactly("bus", "propeller");
        assertThat(names(Map.of("DROMEDARY_FLOWS", ""))).containsExactly("bus");
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> names(Map.of("DROMEDARY_FLOWS", "vantiq,nonsense"))).isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("flow vantiq needs CONNECTOR_TARGET_SERVER or").hasMessageContaining("'nonsense'; there are auto-trainer");
    }

    @Test
    void saysWhyAFlowIsOff() {
        assertThat(Flows.load(java.util.Map.of("bus.attachment", "broker", "vehicle.attachment", "link", "vehicle.commands", "proxies/vehicle", "bus.callback", "proxies/callback", "redis.channels", "flight-log-redis/*")).disabled(new Settings(Map.of("DROMEDARY_MQTT_URL", "tcp://broker"))))
                .containsEntry("auto-trainer", "needs TRAINER_IDENTIFIER")
                .extractingByKey("propeller").asString().endsWith("or DROMEDARY_MQTT_URL unset");
    }

    @Test
    void loadsTheVehiclesCommandsOnlyWhenThereIsOne() {
        Settings without = new Settings(Map.of("PETAL_MAVLINK_ENDPOINT", "", "DROMEDARY_FLOWS", "proxies"));
        assertThat(proxies(without, false).routes()).noneMatch(route -> route.contains("petal-user-journey")).noneMatch("proxies/vehicle"::equals);
        assertThat(proxies(without, true).routes()).contains("proxies/vehicle", "commands/petal-user-journey-coordinator/*");
        assertThat(proxies(new Settings(Map.of("DROMEDARY_FLOWS", "proxies")), false).routes()).contains("proxies/vehicle");
    }

    @Test
    void answersUnderThePathsOfTheCallbackWhereNoClientProcessDoes() {
        assertThat(proxies(new Settings(Map.of("DROMEDARY_MQTT_URL", "tcp://broker", "DROMEDARY_FLOWS", "proxies")), false).routes()).contains("proxies/callback");
        assertThat(proxies(new Settings(Map.of("PETAL_TS_CLIENT_HOST", "localhost", "DROMEDARY_FLOWS", "proxies")), false).routes()).doesNotContain("proxies/callback");
    }

    private static Flows.Flow proxies(Settings settings, boolean simulate) {
        return Flows.load(Attachments.of(settings, simulate)).enabled(settings).stream().filter(flow -> flow.name().equals("proxies")).findFirst().orElseThrow();
    }
}
