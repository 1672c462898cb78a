package io.dromedary.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Finds the real programs that tests talk to. */
public final class Peers {

    private static final Map<String, Boolean> IMPORTS = new ConcurrentHashMap<>();

    private Peers() {
    }

    /** The absolute path of a program on the PATH, in {@code /usr/sbin}, where Debian puts brokers, or beside {@link #python()}, if it is installed. */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/usr/local/sbin"
                + File.pathSeparator + Optional.ofNullable(Path.of(python()).getParent()).map(Path::toString).orElse("");
        for (String folder : path.split(File.pathSeparator)) {
            Path candidate = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The Python interpreter for peers: {@code DROMEDARY_PYTHON}, or {@code python3} from the PATH. */
    public static String python() {
        return Optional.ofNullable(System.getenv("DROMEDARY_PYTHON")).filter(p -> !p.isBlank()).orElse("python3");
    }

    /** Where packages for Node are: {@code DROMEDARY_NODE_MODULES}, or where {@code npm install} in {@code src/test/node} puts them. */
    public static Path nodeModules() {
        return Path.of(Optional.ofNullable(System.getenv("DROMEDARY_NODE_MODULES")).filter(p -> !p.isBlank()).orElse("src/test/node/node_modules"));
    }

    /** Whether {@link #python()} can import a module; asked once per module. */
    public static boolean pythonImports(String module) {
        return IMPORTS.computeIfAbsent(module, Peers::tryImport);
    }

    private static boolean tryImport(String module) {
        try {
            Process process = new ProcessBuilder(python(), "-c", "import " + module)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
