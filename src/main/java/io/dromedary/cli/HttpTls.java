package io.dromedary.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Properties;

import io.dromedary.embedded.StartRefused;
import io.dromedary.mqtt.PemKeys;
import org.apache.camel.main.Main;
import org.apache.camel.support.jsse.GlobalSSLContextParametersSupplier;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;

/** TLS of the HTTP server and of the management server with its console, from PEM files. */
final class HttpTls {

    static final String CERTIFICATE = "DROMEDARY_HTTP_TLS_CERT";
    static final String KEY = "DROMEDARY_HTTP_TLS_KEY";

    private HttpTls() {
    }

    static boolean isOn(Settings settings) {
        return settings.value(CERTIFICATE).isPresent();
    }

    /**
     * Lets both servers speak TLS if a certificate is named; otherwise does nothing.
     *
     * @throws StartRefused if the files cannot be used
     */
    static void apply(Settings settings, Main main, Properties properties) {
        if (!isOn(settings)) {
            return;
        }
        SSLContextParameters parameters = new SSLContextParameters();
        try {
            KeyStoreParameters store = new KeyStoreParameters();
            store.setKeyStore(PemKeys.keyStore(Path.of(settings.value(CERTIFICATE).orElseThrow()), Path.of(settings.value(KEY, ""))));
            KeyManagersParameters keys = new KeyManagersParameters();
            keys.setKeyStore(store);
            keys.setKeyPassword("");
            parameters.setKeyManagers(keys);
        } catch (GeneralSecurityException | IOException e) {
            throw new StartRefused(CERTIFICATE + " and " + KEY + " cannot be used: " + e.getMessage() + ".", e);
        }
        main.bind("http-tls", (GlobalSSLContextParametersSupplier) () -> parameters);
        properties.setProperty("camel.server.use-global-ssl-context-parameters", "true");
        properties.setProperty("camel.management.use-global-ssl-context-parameters", "true");
    }
}
