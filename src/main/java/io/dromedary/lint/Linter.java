package io.dromedary.lint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Applies every rule to every file. Needs no environment and no connection. */
public final class Linter {

    static final List<Rule> RULES = Stream.of(FormRules.rules(), RouteRules.rules(), EndpointRules.rules(), ReferenceRules.rules(),
            CommandRules.rules(), KameletRules.rules(), TestRules.rules()).flatMap(List::stream).toList();

    private final Map<Path, List<SourceFile>> shipped;
    private final Path docs;

    /**
     * Makes a linter.
     *
     * @param shipped folders with shipped routes and kamelets, which files under examination may refer to
     * @param docs    folder with the pages of commands, when those are to have one; otherwise null
     */
    public Linter(List<Path> shipped, Path docs) throws IOException {
        this.shipped = Project.read(shipped);
        this.docs = docs;
    }

    /** All findings in files and folders, sorted by file and line. Without a syntax error of its file every rule looks at it. */
    public List<Finding> lint(List<Path> paths) throws IOException {
        Project project = new Project(paths, shipped, docs);
        List<Finding> findings = new ArrayList<>();
        Map<Path, List<String>> texts = new HashMap<>();
        for (SourceFile file : project.examined()) {
            if (!texts.containsKey(file.path())) {
                texts.put(file.path(), Files.readAllLines(file.path()));
            }
            for (Rule rule : RULES) {
                if (file.unreadable() == null || rule.id().equals("yaml-syntax")) {
                    rule.check().look(project, file, new Report(rule.id(), file, texts.get(file.path()), findings));
                }
            }
        }
        findings.sort(Comparator.comparing((Finding finding) -> finding.file().toString()).thenComparingInt(Finding::line));
        return findings.stream().distinct().toList();
    }

    /** What each rule demands, by its id. */
    public static Map<String, String> rules() {
        Map<String, String> rules = new java.util.LinkedHashMap<>();
        RULES.forEach(rule -> rules.put(rule.id(), rule.about()));
        return rules;
    }
}
