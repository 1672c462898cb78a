package io.dromedary.propeller;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

import io.dromedary.mqtt.MqttComponent;
import io.dromedary.mqtt.MqttTls;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** What an application has to bind so that the routes in {@code routes/propeller} run. */
public final class ProxyFlow {

    /** Route files of this flow. */
    public static final String ROUTES = "classpath:routes/propeller/*.camel.yaml";

    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final long MAX_RECONNECT_MILLIS = 10_000;
    /** A session outlives longer outages than a transfer waits for. */
    private static final int SESSION_SECONDS = 3600;

    private final ProxySettings settings;

    /** A flow with these settings; its broker must be known by now. */
    public ProxyFlow(ProxySettings settings) {
        this.settings = settings;
    }

    /** Beans and components by the names that the routes use. */
    public Map<String, Object> beans() {
        Map<String, Object> beans = new LinkedHashMap<>();
        beans.put("proxy-mqtt", mqtt());
        beans.put("artifactRequests", new ArtifactRequests(settings.defaultRegistry(), settings.layout() == ProxySettings.Layout.CHANNELS));
        beans.put("chunker", new Chunker(2 * settings.window()));
        Transfers transfers = new Transfers(settings.chunkSize());
        beans.put("transfers", transfers);
        beans.put("proxyStop", new ProxyStop(transfers));
        beans.put("proxyHealth", new ProxyHealth());
        beans.put("proxyInFlight", MemoryIdempotentRepository.memoryIdempotentRepository(settings.transfers() + settings.queue()));
        return beans;
    }

    /** Properties that the routes name, and the options of the component {@code oci}. */
    public Properties properties() {
        Properties properties = new Properties();
        properties.putAll(settings.routeProperties());
        properties.put("camel.component.oci.registry", settings.registryUrl());
        put(properties, "camel.component.oci.username", settings.credentials().username());
        put(properties, "camel.component.oci.password", settings.credentials().password());
        put(properties, "camel.component.oci.token", settings.credentials().token());
        put(properties, "camel.component.oci.plainHttp", settings.plainHttp());
        put(properties, "camel.component.oci.caCertificates", settings.caCertificates());
        put(properties, "camel.component.oci.httpProxy", settings.webProxies().http());
        put(properties, "camel.component.oci.httpsProxy", settings.webProxies().https());
        put(properties, "camel.component.oci.noProxy", settings.webProxies().direct());
        properties.put("camel.component.oci.readTimeout", Long.toString(settings.registryTimeout().toMillis()));
        put(properties, "camel.component.oci.configuration.defaultRegistry", settings.defaultRegistry());
        put(properties, "camel.component.oci.configuration.platforms", settings.platforms());
        return properties;
    }

    private static void put(Properties properties, String name, String value) {
        if (!value.isEmpty()) {
            properties.put(name, value);
        }
    }

    /** The broker of this flow, apart from the one of the command bus. */
    private MqttComponent mqtt() {
        MqttComponent component = new MqttComponent();
        PahoMqtt5Configuration options = component.getConfiguration();
        options.setBrokerUrl(settings.mqttAddress());
        options.setClientId(settings.clientId());
        options.setUserName(settings.username());
        options.setPassword(settings.password());
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) Math.max(1, settings.mqttTimeout().toSeconds()));
        options.setMaxReconnectDelay((int) MAX_RECONNECT_MILLIS);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_SECONDS);
        if (!settings.aliveTopic().isEmpty()) {
            options.setWillTopic(settings.aliveTopic());
            options.setWillPayload(settings.alivePayload());
            options.setWillQos(0);
        }
        ProxySettings.BrokerTls tls = settings.tls();
        component.setTls(new MqttTls(tls.authority(), tls.certificate(), tls.key(), tls.insecure()));
        return component;
    }
}
