package io.dromedary.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.flightlog.BagFacts;
import io.dromedary.flightlog.RosBag;
import io.dromedary.flightlog.ULog;
import io.dromedary.flightlog.ULogFacts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary logs info}: what logs and bags on this computer say of themselves. It reads the files; nothing has to run. */
@Command(name = "info", mixinStandardHelpOptions = true, description = "Tells what log and bag files say of themselves.")
final class LogInfoCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "A log (.ulg) or bag (.bag).")
    private List<Path> files;
    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        boolean all = true;
        PrintWriter out = spec.commandLine().getOut();
        for (Path file : files) {
            Optional<Map<String, Object>> facts = file.toString().endsWith(".bag") ? bag(file) : ULog.facts(file).map(ULogFacts::toMap);
            if (facts.isEmpty()) {
                spec.commandLine().getErr().println("dromedary: " + file + " is not there or is neither a log nor a bag");
                all = false;
                continue;
            }
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file.toString());
            line.putAll(facts.get());
            out.println(json ? JSON.writeValueAsString(line) : text(line));
        }
        out.flush();
        return all ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Optional<Map<String, Object>> bag(Path file) {
        return Optional.of(RosBag.facts(file)).filter(facts -> !facts.equals(BagFacts.UNKNOWN)).map(BagFacts::toMap);
    }

    private static String text(Map<String, Object> facts) {
        Map<String, Object> flat = new LinkedHashMap<>(facts);
        if (flat.remove("info") instanceof Map<?, ?> info) {
            info.forEach((name, value) -> flat.put(name.toString(), value));
        }
        return flat.entrySet().stream().map(fact -> String.format(Locale.ROOT, "%-24s %s", fact.getKey(), Objects.toString(fact.getValue(), "unknown")))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
