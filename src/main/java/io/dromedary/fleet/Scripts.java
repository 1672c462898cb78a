package io.dromedary.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The scripts that Redis runs for a fleet. */
final class Scripts {

    private Scripts() {
    }

    /** One of them, by its name without {@code .lua}. */
    static byte[] read(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream(name + ".lua")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
