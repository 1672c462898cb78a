package io.dromedary.mqtt;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

import javax.net.ssl.TrustManagerFactory;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

/**
 * TLS settings of a broker connection, read from PEM files. An empty name means none: without an authority the JDK's own
 * trust store decides, without a certificate we do not identify ourselves by one.
 *
 * @param authority   certificates we trust
 * @param certificate our own certificate chain
 * @param key         the private key of {@code certificate} (PKCS #8)
 * @param insecure    accept any server; for first steps only
 */
public record MqttTls(String authority, String certificate, String key, boolean insecure) {

    /** The JDK's trust store and no certificate of our own. */
    public static final MqttTls DEFAULT = new MqttTls("", "", "", false);

    MqttClientSslConfig toConfig() {
        MqttClientSslConfigBuilder builder = MqttClientSslConfig.builder();
        try {
            if (insecure) {
                builder.trustManagerFactory(InsecureTrustManagerFactory.INSTANCE).hostnameVerifier((host, session) -> true);
            } else if (!authority.isBlank()) {
                builder.trustManagerFactory(trust(readable(authority)));
            }
            if (!certificate.isBlank() || !key.isBlank()) {
                builder.keyManagerFactory(PemKeys.keyManagers(readable(certificate), readable(key)));
            }
            return builder.build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("MQTT TLS files cannot be used: " + e.getMessage(), e);
        }
    }

    private static Path readable(String name) {
        if (!new File(name).canRead()) {
            throw new IllegalArgumentException("MQTT TLS file cannot be read: '" + name + "'");
        }
        return Path.of(name);
    }

    private static TrustManagerFactory trust(Path authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
