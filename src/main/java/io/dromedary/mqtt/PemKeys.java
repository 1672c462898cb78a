package io.dromedary.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;

/** Reads a certificate and its PKCS #8 key from PEM files. */
public final class PemKeys {

    private static final Pattern PKCS8 = Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private PemKeys() {
    }

    static KeyManagerFactory keyManagers(Path certificate, Path key) throws GeneralSecurityException, IOException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keyStore(certificate, key), new char[0]);
        return factory;
    }

    /**
     * A store in memory with the chain and its key, and the empty password.
     *
     * @param certificate the chain, its own certificate first
     * @param key         unencrypted
     * @throws IOException              if a file cannot be read or holds nothing of the kind
     * @throws GeneralSecurityException if what it holds cannot be understood
     */
    public static KeyStore keyStore(Path certificate, Path key) throws GeneralSecurityException, IOException {
        Certificate[] chain;
        try (InputStream in = Files.newInputStream(certificate)) {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(Certificate[]::new);
        }
        if (chain.length == 0) {
            throw new IOException("no certificate in '" + certificate + "'");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", privateKey(key, ((X509Certificate) chain[0]).getPublicKey().getAlgorithm()), new char[0], chain);
        return store;
    }

    private static PrivateKey privateKey(Path key, String algorithm) throws GeneralSecurityException, IOException {
        Matcher matcher = PKCS8.matcher(Files.readString(key));
        if (!matcher.find()) {
            throw new IOException("no unencrypted PKCS #8 key in '" + key + "'; convert it with: openssl pkcs8 -topk8 -nocrypt");
        }
        byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }
}
