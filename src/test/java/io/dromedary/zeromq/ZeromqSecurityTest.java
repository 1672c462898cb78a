package io.dromedary.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CURVE and the allow-lists, over TCP. */
@Timeout(60)
class ZeromqSecurityTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final String[] server = CurveKeys.generate();
    private final String[] known = CurveKeys.generate();
    private final String[] stranger = CurveKeys.generate();
    private ProducerTemplate template;
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = FreePort.next();
        camel.getShutdownStrategy().setTimeout(5);
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void serve(String options) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("zeromq:rep:tcp://127.0.0.1:" + port + options).transform(simple("re ${bodyAs(String)}"));
            }
        });
    }

    private String ask(String options) {
        return template.requestBody("zeromq:req:tcp://127.0.0.1:" + port + "?requestTimeout=1500" + options, "x", String.class);
    }

    private String client(String[] keys) {
        return "&curveServerKey=" + server[0] + "&curvePublicKey=" + keys[0] + "&curveSecretKey=" + keys[1];
    }

    @Test
    void letsInOnlyTheKeysOnItsList() throws Exception {
        serve("?curveServer=true&curvePublicKey=" + server[0] + "&curveSecretKey=" + server[1] + "&curveClientKeys=" + known[0]);
        await().ignoreExceptions().until(() -> ask(client(known)), "re x"::equals);
        assertThatThrownBy(() -> ask(client(stranger))).hasCauseInstanceOf(ExchangeTimedOutException.class);
        assertThatThrownBy(() -> ask("")).hasCauseInstanceOf(ExchangeTimedOutException.class);
        assertThat(camel.getComponent("zeromq", ZeromqComponent.class).opener().refused()).isPositive();
        assertThat(ask(client(known))).isEqualTo("re x");
    }

    @Test
    void letsInEveryClientThatKnowsTheServersKeyWhenThereIsNoList() throws Exception {
        serve("?curveServer=true&curvePublicKey=" + server[0] + "&curveSecretKey=" + server[1]);
        await().ignoreExceptions().until(() -> ask(client(stranger)), "re x"::equals);
        assertThatThrownBy(() -> ask("")).hasCauseInstanceOf(ExchangeTimedOutException.class);
    }

    @Test
    void turnsAwayAddressesThatAreNotOnTheList() throws Exception {
        serve("?allowedAddresses=10.1.2.3");
        assertThatThrownBy(() -> ask("")).hasCauseInstanceOf(ExchangeTimedOutException.class);
    }

    @Test
    void letsInAddressesOnTheList() throws Exception {
        serve("?allowedAddresses=10.1.2.3,127.0.0.1");
        await().ignoreExceptions().until(() -> ask(""), "re x"::equals);
    }

    @Test
    void neverFallsBackToPlainTextWhenKeysAreMissing() {
        assertThatThrownBy(() -> serve("?curveServer=true")).hasStackTraceContaining("A CURVE server needs");
        assertThatThrownBy(() -> ask("&curveServerKey=" + server[0])).hasStackTraceContaining("A CURVE client needs");
        assertThatThrownBy(() -> ask("&curveSecretKey=" + server[1])).hasStackTraceContaining("neither a CURVE server");
    }

    @Test
    void aBrokenKeyIsNotPartOfTheMessage() {
        assertThatThrownBy(() -> CurveKeys.parse("secret-secret")).hasMessageNotContaining("secret-secret").hasMessageContaining("13 characters");
        assertThat(CurveKeys.parse(known[1])).hasSize(32);
        assertThat(CurveKeys.parse("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")).hasSize(32);
    }
}
