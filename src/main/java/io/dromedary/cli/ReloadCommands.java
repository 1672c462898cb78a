package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.embedded.DataDirectory;
import io.dromedary.kit.ReloadDesk;
import io.dromedary.kit.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The subcommands that exchange the routes of the system that runs with the same data directory. */
final class ReloadCommands {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ReloadCommands() {
    }

    /** What the three have in common. */
    abstract static class Base implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--json", description = "The result as one JSON object.")
        private boolean json;

        private final Settings settings = Settings.ofProcess();

        Path kit() {
            return Path.of(settings.value(DataDirectory.SETTING, "data")).resolve("kit");
        }

        Map<String, Path> folders() {
            Map<String, Path> folders = ProgramFiles.own(settings);
            if (folders.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "Set DROMEDARY_ROUTES_DIR or DROMEDARY_KAMELETS_DIR, as for 'run'.");
            }
            return folders;
        }

        void print(Map<String, Object> result) throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(JSON.writeValueAsString(result));
            } else {
                out.println(result.getOrDefault("status", "different") + (result.containsKey("version") ? ", version " + result.get("version") : ""));
                List.of("added", "changed", "removed", "problems").forEach(key -> ((List<?>) result.getOrDefault(key, List.of()))
                        .forEach(item -> out.println("  " + (key.equals("problems") ? "" : key + " ") + item)));
            }
            out.flush();
        }

        int ask(String what, double seconds) throws IOException, InterruptedException {
            Optional<Map<String, Object>> result = ReloadDesk.ask(kit(), what, (long) (seconds * 1000));
            if (result.isEmpty()) {
                spec.commandLine().getErr().println("dromedary: nothing runs with the data directory " + kit().getParent()
                        + ", or it has no DROMEDARY_ROUTES_DIR.");
                return ExitCode.UNREACHABLE;
            }
            print(result.get());
            return result.get().get("status").equals("refused") ? ExitCode.FAILED : ExitCode.DONE;
        }
    }

    /** {@code dromedary apply}. */
    @Command(name = "apply", mixinStandardHelpOptions = true,
            description = "Brings the changed files into the running system, as a whole or not at all.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:they run, or nothing had changed", "1:refused, what ran before still does", "3:nothing is running"})
    static final class Apply extends Base {
        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long to wait (default: ${DEFAULT-VALUE}).")
        private double timeout;

        @Override
        public Integer call() throws Exception {
            return ask("apply", timeout);
        }
    }

    /** {@code dromedary rollback}. */
    @Command(name = "rollback", mixinStandardHelpOptions = true,
            description = "Brings the version before the running one back. Your files stay as they are.",
            exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:it runs", "1:there is none", "3:nothing is running"})
    static final class Rollback extends Base {
        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "How long to wait (default: ${DEFAULT-VALUE}).")
        private double timeout;

        @Override
        public Integer call() throws Exception {
            return ask("rollback", timeout);
        }
    }

    /** {@code dromedary diff}. */
    @Command(name = "diff", mixinStandardHelpOptions = true, description = "Names the files that differ from what runs.",
            exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:none", "1:some", "2:wrong usage"})
    static final class Diff extends Base {
        @Override
        public Integer call() throws IOException {
            Versions versions = new Versions(kit());
            Versions.FileDifference difference = versions.difference(folders());
            boolean same = difference.added().isEmpty() && difference.changed().isEmpty() && difference.removed().isEmpty();
            print(Map.of("status", same ? "same" : "different", "version", versions.current(), "added", difference.added(),
                    "changed", difference.changed(), "removed", difference.removed()));
            return same ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
