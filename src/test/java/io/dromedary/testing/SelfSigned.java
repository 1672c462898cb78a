package io.dromedary.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A certificate of this machine that is its own authority, made by openssl for two days.
 *
 * @param certificate PEM, for {@code localhost}, {@code 127.0.0.1} and {@code 0.0.0.0}
 * @param key         PEM, without a password
 */
public record SelfSigned(Path certificate, Path key) {

    /** Makes {@code own.crt} and {@code own.key} in a folder. */
    public static SelfSigned in(Path folder) throws IOException, InterruptedException {
        SelfSigned made = new SelfSigned(folder.resolve("own.crt"), folder.resolve("own.key"));
        Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", made.key.toString(), "-out",
                made.certificate.toString(), "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:0.0.0.0")
                .redirectErrorStream(true).redirectOutput(folder.resolve("openssl.log").toFile()).start();
        if (!openssl.waitFor(60, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            throw new IOException("openssl made no certificate; see " + folder.resolve("openssl.log"));
        }
        return made;
    }
}
