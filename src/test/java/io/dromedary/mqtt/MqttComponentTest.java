package io.dromedary.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MqttComponentTest {

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void configure() {
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setBrokerUrl("tcp://bus:1883");
        component.getConfiguration().setUserName("device");
        component.getConfiguration().setPassword("s3cret");
        context.addComponent("paho-mqtt5", component);
    }

    @AfterEach
    void close() throws Exception {
        context.close();
    }

    private PahoMqtt5Configuration of(String uri) {
        return context.getEndpoint(uri, MqttEndpoint.class).getConfiguration();
    }

    @Test
    void logsInAtItsOwnBroker() {
        assertThat(of("paho-mqtt5:a").getPassword()).isEqualTo("s3cret");
        assertThat(of("paho-mqtt5:b?brokerUrl=tcp://bus:1883").getUserName()).isEqualTo("device");
    }

    @Test
    void sendsItsLoginToNoOtherBroker() {
        PahoMqtt5Configuration other = of("paho-mqtt5:a?brokerUrl=tcp://elsewhere:1883");
        assertThat(other.getUserName()).isNull();
        assertThat(other.getPassword()).isNull();
        assertThat(of("paho-mqtt5:a?brokerUrl=tcp://elsewhere:1883&userName=u&password=p").getPassword()).isEqualTo("p");
    }
}
