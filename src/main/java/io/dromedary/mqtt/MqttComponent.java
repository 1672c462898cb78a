package io.dromedary.mqtt;

import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5ComponentConfigurer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5EndpointConfigurer;
import org.apache.camel.spi.PropertyConfigurer;

/**
 * Takes the place of Camel's {@code paho-mqtt5} component under the same name and with the same options. Publishing does not
 * block a thread, both sides survive a broker that goes away, and TLS is set up from PEM files. The options
 * {@code client}, {@code persistence}, {@code serverURIs}, {@code socketFactory} and {@code sslClientProps} are Paho's own and
 * have no effect here.
 */
public class MqttComponent extends PahoMqtt5Component {

    private final PropertyConfigurer endpointConfigurer = new PahoMqtt5EndpointConfigurer();
    private final PropertyConfigurer componentConfigurer = new PahoMqtt5ComponentConfigurer();
    private int publishCapacity = 10_000;
    private MqttTls tls = MqttTls.DEFAULT;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MqttEndpoint endpoint = new MqttEndpoint(uri, remaining, this, getConfiguration().copy());
        boolean ownLogin = parameters.containsKey("userName") || parameters.containsKey("password");
        setProperties(endpoint, parameters);
        // The component's login is for the component's broker; another one must not see it.
        if (!ownLogin && !endpoint.getConfiguration().getBrokerUrl().equals(getConfiguration().getBrokerUrl())) {
            endpoint.getConfiguration().setUserName(null);
            endpoint.getConfiguration().setPassword(null);
        }
        return endpoint;
    }

    /** Camel finds these by the annotation of a component, which a subclass does not inherit. */
    @Override
    public PropertyConfigurer getEndpointPropertyConfigurer() {
        return endpointConfigurer;
    }

    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        return componentConfigurer;
    }

    public int getPublishCapacity() {
        return publishCapacity;
    }

    /** Messages of one producer that may be unacknowledged or wait for the broker; one more is an error. */
    public void setPublishCapacity(int publishCapacity) {
        this.publishCapacity = publishCapacity;
    }

    public MqttTls getTls() {
        return tls;
    }

    /** How {@code ssl:} and {@code wss:} brokers are trusted and how we identify ourselves to them. */
    public void setTls(MqttTls tls) {
        this.tls = tls;
    }
}
