package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.embedded.SimulatedVehicle;
import io.dromedary.embedded.SimulatedVehicleSettings;
import io.dromedary.testing.ComponentPage;
import io.dromedary.testing.SimulatedFleet;

/** Parameters, reboot, actuators, card and shell in routes, against a simulated vehicle. */
@Timeout(60)
class VehicleRouteTest {

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    Path folder;

    private SimulatedVehicle vehicle;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        start(SimulatedFleet.quiet(folder).outage(Duration.ofSeconds(2)));
        camel.start();
        template = camel.createProducerTemplate();
    }

    private void start(SimulatedVehicleSettings settings) throws Exception {
        vehicle = SimulatedVehicle.start(settings);
        camel.getComponent("mavlink", MavlinkComponent.class).getConfiguration().setAddress(vehicle.address());
    }

    @AfterEach
    void stop() throws Exception {
        camel.close();
        vehicle.close();
    }

    private Map<?, ?> ask(String uri, Object body) {
        return template.requestBody(uri, body, Map.class);
    }

    @Test
    void theExampleOfThePageRuns() throws Exception {
        String example = new ComponentPage("mavlink").examples().get(1);
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("example.camel.yaml", example));
        Map<?, ?> records = ask("direct:vehicle-parameters",
                Map.of("NAV_ACC_RAD", 2.5, "COM_ARM_WO_GPS", Map.of("value", 0, "type", "INT32"), "MPC_XY_VEL_MAX", List.of(11, "REAL32")));
        assertThat(records.keySet()).hasSize(2);
        assertThat((Map<?, ?>) records.get("NAV_ACC_RAD")).hasToString(
                "{name=NAV_ACC_RAD, value=2.5, raw=2.5, type=9, count=" + vehicle.parameters().names().size() + ", index="
                        + vehicle.parameters().names().indexOf("NAV_ACC_RAD") + "}");
        assertThat(vehicle.parameters().value("MPC_XY_VEL_MAX")).isEqualTo(11f);
        assertThat(vehicle.parameters().value("COM_ARM_WO_GPS")).isEqualTo(0);
        assertThat(ask("direct:vehicle-version", null).get("output").toString()).startsWith("HW arch");
    }

    @Test
    void takesTheFormOfTheWebApplicationAndTellsWhatIsMissing() throws Exception {
        Exchange answer = template.request("mavlink:parameter-set?maxRetries=3", exchange -> exchange.getMessage().setBody(Map.of("parameters",
                List.of(Map.of("parameter_name", "NAV_ACC_RAD", "parameter_value", 7),
                        Map.of("parameter_name", "CA_ROTOR_COUNT", "parameter_value", 6, "parameter_type", "INT32"),
                        Map.of("parameter_name", "NOBODY_HAS_IT", "parameter_value", 6)))));
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(Map.class).keySet()).hasSize(2);
        assertThat(answer.getMessage().getHeader(MavlinkConstants.PARAMETERS_MISSING, Map.class).keySet()).hasToString("[NOBODY_HAS_IT]");
        assertThat(vehicle.parameters().value("NAV_ACC_RAD")).isEqualTo(7f);
        new ObjectMapper().writeValueAsString(ask("mavlink:parameter-list", null));
    }

    @Test
    void readsNamesFromBodyHeaderOrOption() {
        assertThat(ask("mavlink:parameter-get", List.of("NAV_ACC_RAD", "CA_ROTOR_COUNT")).keySet()).hasSize(2);
        assertThat(ask("mavlink:parameter-get?names=NAV_ACC_RAD", null).keySet()).hasSize(1);
        assertThat(ask("mavlink:parameter-get", Map.of("names", List.of("NAV_ACC_RAD"))).keySet()).hasSize(1);
        assertThatThrownBy(() -> ask("mavlink:parameter-get", null)).isInstanceOf(CamelExecutionException.class)
                .hasRootCauseMessage("'names' is missing: a list of parameter names");
        assertThatThrownBy(() -> ask("mavlink:parameter-set", "x")).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ask("mavlink:parameter-get?parameterEncoding=morse", "A"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asksAVehicleOfAnUnknownMakeHowItEncodesIntegers() throws Exception {
        try (SimulatedVehicle other = SimulatedVehicle.start(SimulatedFleet.quiet(folder.resolve("other")).ids(9, 1).autopilot(0)
                .encoding(ParameterEncoding.C_CAST))) {
            Map<?, ?> records = ask("mavlink:parameter-get?targetSystem=9&address=" + other.address(), "CA_ROTOR_COUNT");
            assertThat(((Map<?, ?>) records.get("CA_ROTOR_COUNT")).get("value")).isEqualTo(4);
            assertThat(((Map<?, ?>) records.get("CA_ROTOR_COUNT")).get("raw")).isEqualTo(4.0f);
            assertThat(other.journal().received("COMMAND_LONG")).hasSize(1);
        }
    }

    @Test
    void rebootsAndTestsAndFormatsOnlyWhenAsked() {
        assertThat(ask("mavlink:reboot?timeout=3000", Map.of("confirmed", true)).get("status_code")).isEqualTo("OK_ACK_ACCEPTED_HB_CONFIRMED");
        assertThat(ask("mavlink:actuator-test", Map.of("actuator", 1, "value", 0.1)).get("success")).isEqualTo(true);
        assertThatThrownBy(() -> ask("mavlink:format", Map.of())).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(ask("mavlink:format", Map.of("confirm", true)).get("status_code")).isEqualTo("OK_ACK_ACCEPTED");
    }

    @Test
    void keepsTheShellShutUnlessTheEndpointAllowsACommand() {
        assertThatThrownBy(() -> ask("mavlink:shell", "ver all")).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> template.requestBodyAndHeader("mavlink:shell", "ver all", "CamelMavlinkShellCommands", "*"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ask("mavlink:shell?shellCommands=ver all", Map.of("line", "rm /fs/microsd/params", "shellCommands", "*")))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(vehicle.journal().shell()).isEmpty();
        assertThat(ask("mavlink:shell?shellCommands=ver *,help", "help").get("complete")).isEqualTo(true);
    }

    @Test
    void theKameletsRun() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:set").to("kamelet:vehicle-parameter-set-action?timeout=5000");
                from("direct:get").to("kamelet:vehicle-parameter-get-action?names=NAV_ACC_RAD");
            }
        });
        assertThat(ask("direct:set", Map.of("NAV_ACC_RAD", 3.5)).keySet()).hasSize(1);
        assertThat(ask("direct:get", null).toString()).contains("value=3.5");
    }

    @Test
    void theMethodsOfThePublicPageAreKamelets() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:page-set").to("kamelet:mavlink-set-params-bulk-lossy-action?timeout_total=5.0&max_retries=30&max_in_flight=8");
                from("direct:page-get").to("kamelet:mavlink-get-params-bulk-lossy-action?timeout_total=5");
                from("direct:page-reboot").to("kamelet:mavlink-reboot-autopilot-action?timeout=2.5");
            }
        });
        assertThat(ask("direct:page-set", Map.of("NAV_ACC_RAD", 4.5)).toString()).contains("value=4.5");
        assertThat(ask("direct:page-get", List.of("NAV_ACC_RAD")).toString()).contains("name=NAV_ACC_RAD", "value=4.5", "raw=", "type=", "count=", "index=");
        assertThat(ask("direct:page-reboot", null).toString()).contains("success=", "status_code=", "reason=", "ack_result=");
    }

    @Test
    void aConfirmedRebootIsWatchedAsTheVariablesSayUnlessTheKameletIsTold() throws Exception {
        camel.getPropertiesComponent().addInitialProperty("petal.reboot-hb-drop-window", "0.2");
        camel.getPropertiesComponent().addInitialProperty("petal.reboot-hb-drop-gap", "60");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:confirmed").to("kamelet:mavlink-reboot-autopilot-confirmed-action?ack_timeout=2.5");
                from("direct:told").to("kamelet:mavlink-reboot-autopilot-confirmed-action?hb_drop_window_s=0.3");
            }
        });
        assertThat(ask("direct:confirmed", null).get("reason")).isEqualTo(
                "Autopilot heartbeat did not drop within 0.2s window (gap threshold: 60.0s). Reboot not confirmed.");
        assertThat(ask("direct:told", null).get("reason")).asString().contains("within 0.3s window");
    }
}
