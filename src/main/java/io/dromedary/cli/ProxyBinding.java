package io.dromedary.cli;

import java.nio.file.Path;
import java.util.Properties;

import io.dromedary.embedded.StartRefused;
import io.dromedary.propeller.ProxyFlow;
import io.dromedary.propeller.ProxySettings;
import org.apache.camel.main.Main;

/** Gives the propeller flow its settings and beans. */
final class ProxyBinding {

    private ProxyBinding() {
    }

    /**
     * @param properties has the embedded broker's address, if there is one, and takes what the flow's routes need
     * @throws StartRefused if the original's variables or its file cannot be used
     */
    static void apply(Settings settings, Main main, Properties properties) {
        ProxyFlow proxy = new ProxyFlow(read(settings, properties.getProperty("proxy.mqtt-address", "tcp://localhost:1883")));
        properties.putAll(proxy.properties());
        settings.value("DROMEDARY_ARTIFACT_CACHE").ifPresent(folder -> properties.setProperty("camel.component.oci.cacheDirectory", folder));
        settings.value("DROMEDARY_ARTIFACT_CACHE_BYTES").ifPresent(bytes -> properties.setProperty("camel.component.oci.cacheMaxBytes", bytes));
        // One instance of a fleet gets a request.
        settings.value("DROMEDARY_FLEET_GROUP").ifPresent(group -> {
            properties.compute("proxy.request-topic", (name, topic) -> "$share/" + group + "/" + topic);
            properties.setProperty("proxy.manual-acks", "true");
        });
        proxy.beans().forEach(main::bind);
    }

    private static ProxySettings read(Settings settings, String embeddedBroker) {
        try {
            return ProxySettings.readOrLocal(name -> settings.value(name, null), Path.of("config.toml"), embeddedBroker);
        } catch (IllegalArgumentException e) {
            throw new StartRefused(e.getMessage());
        }
    }
}
