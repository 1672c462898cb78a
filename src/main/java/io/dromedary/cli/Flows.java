package io.dromedary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.dromedary.admin.FlowInfo;

/** The flows of {@code flows.properties} and which of them run. */
final class Flows {

    /** The flow that is always there: the others answer through it. */
    static final String BUS = "bus";

    /**
     * One flow.
     *
     * @param routes   patterns of route files
     * @param edges    patterns of route files that take messages in
     * @param services names of backing services
     * @param requires variables that have to be set for it to run by default; of {@code A|B|file:x|!C} one is enough
     * @param petal    its name for control calls
     * @param proxies  proxies without which its routes do not start
     * @param optionalProxies proxies that it uses when they are there
     */
    record Flow(String name, String title, List<String> routes, List<String> edges, Set<String> services,
            List<String> requires, String petal, Set<String> proxies, Set<String> optionalProxies) {

        /** What is missing, in words. */
        String needs(Settings settings) {
            return missing(settings).stream().map(names -> names.replace("file:", "the file ").replaceAll("!(\\w+)", "$1 unset").replace("|", " or "))
                    .collect(Collectors.joining(", "));
        }

        List<String> missing(Settings settings) {
            return requires.stream().filter(names -> Arrays.stream(names.split("\\|")).noneMatch(name -> isThere(name, settings))).toList();
        }

        /**
         * {@code file:x} is there when the file is, relative to the working directory, {@code !X} when the variable is not set at
         * all; anything else is a variable with a value.
         */
        private static boolean isThere(String name, Settings settings) {
            if (name.startsWith("!")) {
                return !settings.isSet(name.substring(1));
            }
            return name.startsWith("file:") ? Files.isRegularFile(Path.of(name.substring(5))) : settings.value(name).isPresent();
        }
    }

    private final Map<String, Flow> all = new TreeMap<>();

    private Flows() {
    }

    /** Reads the definitions; {@code attachments} are the route files that tie something to the outside: {@code bus.attachment}. */
    static Flows load(Map<String, String> attachments) {
        Properties definitions = new Properties();
        try (InputStream in = Flows.class.getResourceAsStream("/flows.properties")) {
            definitions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        definitions.replaceAll((key, value) -> {
            String text = value.toString();
            for (Map.Entry<String, String> attachment : attachments.entrySet()) {
                text = text.replace("${" + attachment.getKey() + "}", attachment.getValue());
            }
            return text;
        });
        Flows flows = new Flows();
        Set<String> names = definitions.stringPropertyNames().stream().map(key -> key.substring(0, key.indexOf('.'))).collect(Collectors.toSet());
        for (String name : names) {
            flows.all.put(name, new Flow(name, definitions.getProperty(name + ".title", name),
                    list(definitions.getProperty(name + ".routes")), list(definitions.getProperty(name + ".edges")),
                    new LinkedHashSet<>(list(definitions.getProperty(name + ".services"))),
                    list(definitions.getProperty(name + ".requires")), definitions.getProperty(name + ".petal", name),
                    new LinkedHashSet<>(list(definitions.getProperty(name + ".proxies"))),
                    new LinkedHashSet<>(list(definitions.getProperty(name + ".optional-proxies")))));
        }
        return flows;
    }

    private static List<String> list(String text) {
        return text == null ? List.of() : Arrays.stream(text.split(",")).map(String::trim).filter(item -> !item.isEmpty()).toList();
    }

    /**
     * The flows that run: those of {@code DROMEDARY_FLOWS}, or all whose configuration is complete; the bus always.
     *
     * @throws BadConfiguration if a name is unknown, or a named flow lacks a variable; all at once
     */
    List<Flow> enabled(Settings settings) {
        if (!settings.isSet("DROMEDARY_FLOWS")) {
            return all.values().stream().filter(flow -> flow.missing(settings).isEmpty()).toList();
        }
        Set<String> wanted = new LinkedHashSet<>(List.of(BUS));
        wanted.addAll(list(settings.value("DROMEDARY_FLOWS", "")));
        List<String> problems = new ArrayList<>();
        for (String name : wanted) {
            if (!all.containsKey(name)) {
                problems.add("DROMEDARY_FLOWS names '" + name + "'; there are " + String.join(", ", all.keySet()));
            } else if (!all.get(name).missing(settings).isEmpty()) {
                problems.add("flow " + name + " needs " + all.get(name).needs(settings));
            }
        }
        if (!problems.isEmpty()) {
            throw new BadConfiguration(List.of(String.join("; ", problems) + "."));
        }
        return wanted.stream().map(all::get).toList();
    }

    /** All flows as control calls see them. */
    List<FlowInfo> infos(List<Flow> enabled) {
        return all.values().stream().map(flow -> {
            List<String> files = new ArrayList<>(flow.routes());
            files.addAll(flow.edges());
            return new FlowInfo(flow.petal(), flow.title(), files, flow.proxies(), flow.optionalProxies(), enabled.contains(flow));
        }).toList();
    }

    /** The flows that do not run, with the reason. */
    Map<String, String> disabled(Settings settings) {
        List<Flow> enabled = enabled(settings);
        Map<String, String> reasons = new TreeMap<>();
        for (Flow flow : all.values()) {
            if (!enabled.contains(flow)) {
                reasons.put(flow.name(), flow.missing(settings).isEmpty() ? "not in DROMEDARY_FLOWS" : "needs " + flow.needs(settings));
            }
        }
        return reasons;
    }
}
