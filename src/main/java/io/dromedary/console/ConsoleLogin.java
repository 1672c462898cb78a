package io.dromedary.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** Who may use the console: one user with a password. There is no way to have none. */
final class ConsoleLogin {

    /** Where a password that nobody chose is kept, in the data directory, readable by its owner only. */
    static final String FILE = "console-password";

    private static final int GENERATED_BYTES = 18;

    private final String user;
    private final byte[] password;
    private final String hint;

    private ConsoleLogin(String user, String password, String hint) {
        this.user = user;
        this.password = password.getBytes(StandardCharsets.UTF_8);
        this.hint = hint;
    }

    /**
     * The chosen password; without one that of the file in the data directory, which is made when it is not there.
     *
     * @throws IllegalArgumentException when there is neither a password nor a data directory
     */
    static ConsoleLogin of(String user, String password, String dataDirectory) throws IOException {
        if (!password.isEmpty()) {
            return new ConsoleLogin(user, password, "user " + user);
        }
        if (dataDirectory.isEmpty()) {
            throw new IllegalArgumentException("The console needs a password: set DROMEDARY_CONSOLE_PASSWORD, or dromedary.console-password");
        }
        Path file = Path.of(dataDirectory, FILE);
        if (!Files.exists(file)) {
            byte[] random = new byte[GENERATED_BYTES];
            new SecureRandom().nextBytes(random);
            Files.createDirectories(file.getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getUrlEncoder().encodeToString(random) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
        }
        String kept = Files.readString(file).trim();
        if (kept.isEmpty()) {
            throw new IOException(file + " is empty; delete it, or write a password into it");
        }
        return new ConsoleLogin(user, kept, "user " + user + ", password in " + file);
    }

    /** Where to find the password, for people; never the password. */
    String hint() {
        return hint;
    }

    /** Takes as long for a wrong password as for the right one. */
    boolean accepts(String name, String secret) {
        boolean same = MessageDigest.isEqual(password, secret.getBytes(StandardCharsets.UTF_8));
        return same & user.equals(name);
    }
}
