package io.dromedary.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

import io.dromedary.kit.Scaffold;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes route, schema, test and page of something new, ready to run. */
@Command(name = "new", mixinStandardHelpOptions = true,
        description = "Writes the files that something new begins with: route, schema, test and page. Touches no existing file.",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:written", "1:a file exists already", "2:wrong usage"})
final class NewCommand implements Callable<Integer> {

    /** What can be made. */
    enum Kind { COMMAND, FLOW, KAMELET, BRIDGE }

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern COMMAND = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern KAMELET = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*-(source|sink|action)");

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "KIND", description = "command, flow, kamelet or bridge.")
    private Kind kind;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME",
            description = "petal/command, name of the flow or bridge, or name-source, -sink, -action of the kamelet; asked for when missing.")
    private String name;

    @Option(names = "--description", paramLabel = "TEXT", description = "One sentence without full stop that says what it does.")
    private String description;

    @Option(names = "--dir", paramLabel = "FOLDER",
            description = "Where to (default: DROMEDARY_ROUTES_DIR, for a kamelet DROMEDARY_KAMELETS_DIR, or else my-routes, my-kamelets).")
    private Path folder;

    @Option(names = "--from", paramLabel = "URI", defaultValue = "timer:bridge", description = "Where a bridge takes messages from (default: ${DEFAULT-VALUE}).")
    private String from;

    @Option(names = "--to", paramLabel = "URI", defaultValue = "direct:command-broadcast", description = "Where a bridge sends them (default: ${DEFAULT-VALUE}).")
    private String to;

    private final Settings settings = Settings.ofProcess();

    @Override
    public Integer call() throws IOException {
        String called = name == null ? ask("Name") : name;
        Pattern wanted = kind == Kind.COMMAND ? COMMAND : kind == Kind.KAMELET ? KAMELET : NAME;
        if (!wanted.matcher(called).matches()) {
            throw new ParameterException(spec.commandLine(), "'" + called + "' is no name for a " + kind.name().toLowerCase(Locale.ROOT) + "; write "
                    + (kind == Kind.COMMAND ? "<petal>/<command>" : kind == Kind.KAMELET ? "<name>-source, -sink or -action" : "a name")
                    + " in lower case, words joined by '-'.");
        }
        if (kind == Kind.BRIDGE && (from.contains("?") || to.contains("?"))) {
            throw new ParameterException(spec.commandLine(), "Write URIs without options; add those under 'parameters:' in the file.");
        }
        Map<String, String> values = values(called);
        try {
            List<Path> written = Scaffold.write(kind == Kind.KAMELET ? "kamelet-" + values.get("type") : kind.name().toLowerCase(Locale.ROOT), target(), values);
            written.forEach(file -> spec.commandLine().getOut().println(file));
            spec.commandLine().getOut().println("Try next: ./dromedary test " + target());
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        } catch (FileAlreadyExistsException e) {
            spec.commandLine().getErr().println("dromedary: " + e.getMessage() + " exists already; nothing was written.");
            return ExitCode.FAILED;
        }
    }

    private Map<String, String> values(String called) {
        String own = called.substring(called.indexOf('/') + 1);
        String title = Character.toUpperCase(own.charAt(0)) + own.substring(1).replace('-', ' ');
        Map<String, String> values = new HashMap<>();
        values.put("name", own);
        values.put("petal", called.contains("/") ? called.substring(0, called.indexOf('/')) : "");
        values.put("type", own.substring(own.lastIndexOf('-') + 1));
        values.put("from", from);
        values.put("to", to);
        values.put("title", kind == Kind.KAMELET ? capitals(title) : title);
        String text = description == null ? name == null ? ask("What does it do, in one sentence") : title : description;
        // It becomes a plain YAML scalar and a JSON text.
        values.put("description", text.replaceAll("[:#\"'\\\\\\n]", " ").replaceAll("\\.$", "").replaceAll(" +", " ").trim());
        return values;
    }

    private static String capitals(String title) {
        return Pattern.compile(" ([a-z])").matcher(title).replaceAll(match -> " " + match.group(1).toUpperCase(Locale.ROOT));
    }

    private Path target() {
        if (folder != null) {
            return folder;
        }
        return kind == Kind.KAMELET ? Path.of(settings.value("DROMEDARY_KAMELETS_DIR", "my-kamelets"))
                : Path.of(settings.value("DROMEDARY_ROUTES_DIR", "my-routes"));
    }

    private String ask(String question) {
        Console console = System.console();
        String answer = console == null ? null : console.readLine(question + ": ");
        if (answer == null || answer.isBlank()) {
            throw new ParameterException(spec.commandLine(), question + " is missing.");
        }
        return answer.trim();
    }
}
