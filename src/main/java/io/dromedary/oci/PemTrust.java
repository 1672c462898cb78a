package io.dromedary.oci;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the certificates of one PEM file, for registries with an authority of their own. */
final class PemTrust {

    private PemTrust() {
    }

    /**
     * Trust that is read from the file when it is asked for; a system's list of authorities takes a tenth of a second.
     *
     * @throws IllegalArgumentException if there is no file with certificates
     */
    static Supplier<SSLContext> in(Path file) {
        try {
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
                throw new IllegalArgumentException("there are no certificates in '" + file + "'");
            }
        } catch (IOException e) {
            throw unusable(file, e);
        }
        return () -> context(file);
    }

    private static SSLContext context(Path file) {
        try {
            // The parser takes one byte at a time, and a system's list of authorities has 200 kB: from a file it took 0.4 s.
            InputStream in = new ByteArrayInputStream(Files.readAllBytes(file));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, e);
        }
    }

    private static IllegalArgumentException unusable(Path file, Exception reason) {
        return new IllegalArgumentException("the certificates in '" + file + "' cannot be used: " + reason.getMessage(), reason);
    }
}
