package io.dromedary.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import redis.embedded.core.ExecutableProvider;

/**
 * A {@code redis-server} that runs on this machine.
 *
 * @param file  the executable
 * @param major the major version; append-only files of 7 and later cannot be read by earlier ones
 */
record RedisProgram(Path file, int major) {

    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
    private static final int VERSION_LIMIT_S = 10;

    /** The first {@code redis-server} of a search path that works. */
    static Optional<RedisProgram> installed(String searchPath) {
        for (String folder : searchPath.split(File.pathSeparator)) {
            Path candidate = Path.of(folder, "redis-server");
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                Optional<RedisProgram> program = check(candidate);
                if (program.isPresent()) {
                    return program;
                }
            }
        }
        return Optional.empty();
    }

    /** The one that comes with the application, unpacked to a folder, if it runs here: it needs glibc and OpenSSL 3. */
    static Optional<RedisProgram> bundled(Path folder) {
        try {
            Files.createDirectories(folder);
            return check(ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath());
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // none for this operating system or processor, or a full disk
        }
    }

    private static Optional<RedisProgram> check(Path file) {
        Process process = null;
        try {
            process = new ProcessBuilder(file.toString(), "--version").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            if (!process.waitFor(VERSION_LIMIT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
            Matcher version = VERSION.matcher(new String(process.getInputStream().readNBytes(1000), StandardCharsets.US_ASCII));
            return version.find() ? Optional.of(new RedisProgram(file, Integer.parseInt(version.group(1)))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
