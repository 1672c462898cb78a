package io.dromedary.lint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A file, or a block of YAML in a page, as the rules see it. */
public final class SourceFile {

    /** What a file is for. */
    public enum Kind { ROUTES, KAMELET, TEST, SCHEMA, OTHER }

    /** A mistake that keeps the file from being read. */
    record Unreadable(int line, String message) {
    }

    private static final Pattern BLOCK = Pattern.compile("^( *)```ya?ml *\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern INSTEAD = Pattern.compile("^# lint: instead of ([a-z0-9, -]+)$", Pattern.MULTILINE);
    private static final String ROUTES = ".camel.yaml";
    private static final String KAMELET = ".kamelet.yaml";
    private static final String TEST = ".test.yaml";
    private static final String SCHEMA = ".schema.json";
    private static final int NAME_SHOWN = 80;

    private final Path path;
    private final Kind kind;
    private final String text;
    private final boolean inPage;
    private YamlNode root = YamlNode.MISSING;
    private Unreadable unreadable;
    private List<RouteModel> routes;

    private SourceFile(Path path, Kind kind, String text, int offset, boolean inPage) {
        this.path = path;
        this.kind = kind;
        this.text = text;
        this.inPage = inPage;
        try {
            root = YamlNode.parse(text, offset);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            unreadable = new Unreadable(line + offset, e.getProblem());
        } catch (YamlEngineException e) {
            unreadable = new Unreadable(1 + offset, e.getMessage());
        }
    }

    /** Reads a file; a page of the documentation has one for each of its YAML blocks. Other files give none. */
    static List<SourceFile> read(Path path) throws IOException {
        String name = path.getFileName().toString();
        List<SourceFile> files = new ArrayList<>();
        if (name.endsWith(".md")) {
            String page = Files.readString(path);
            for (Matcher block = BLOCK.matcher(page); block.find();) {
                int before = (int) page.substring(0, block.start(2)).chars().filter(c -> c == '\n').count();
                String yaml = block.group(2).replaceAll("(?m)^" + block.group(1), "");
                files.add(new SourceFile(path, kindOfBlock(yaml), yaml, before, true));
            }
        } else if (kindOf(name) != Kind.OTHER) {
            String content = Files.readString(path);
            // Other programs write YAML too; only what looks like routes is taken for routes with a wrong name.
            if (kindOf(name) != Kind.ROUTES || name.contains(".camel.") || kindOfBlock(content) == Kind.ROUTES) {
                files.add(new SourceFile(path, kindOf(name), content, 0, false));
            }
        }
        return files;
    }

    private static Kind kindOf(String name) {
        if (name.endsWith(KAMELET) || name.endsWith(".kamelet.yml")) {
            return Kind.KAMELET;
        }
        if (name.endsWith(TEST)) {
            return Kind.TEST;
        }
        if (name.endsWith(SCHEMA)) {
            return Kind.SCHEMA;
        }
        return name.endsWith(".yaml") || name.endsWith(".yml") ? Kind.ROUTES : Kind.OTHER;
    }

    private static Kind kindOfBlock(String yaml) {
        if (yaml.contains("kind: Kamelet")) {
            return Kind.KAMELET;
        }
        if (Pattern.compile("^tests:", Pattern.MULTILINE).matcher(yaml).find()) {
            return Kind.TEST;
        }
        return Pattern.compile("^- *(route|from|beans|routeConfiguration|routeTemplate|rest)\\b", Pattern.MULTILINE).matcher(yaml).find()
                ? Kind.ROUTES : Kind.OTHER;
    }

    Path path() {
        return path;
    }

    /** The file's name; of one with routes without its ending. */
    String baseName() {
        return path.getFileName().toString().replaceFirst("\\.(camel|kamelet|test)\\.ya?ml$|\\.schema\\.json$|\\.ya?ml$", "");
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return text;
    }

    /** Whether it is an example on a page, which stands for itself. */
    boolean inPage() {
        return inPage;
    }

    YamlNode root() {
        return root;
    }

    Unreadable unreadable() {
        return unreadable;
    }

    /** The routes in it; a kamelet has one, its template. */
    List<RouteModel> routes() {
        if (routes == null) {
            routes = RouteModel.of(this);
        }
        return routes;
    }

    /** Whether a comment {@code # lint: instead of other} in one of the files says that never both are loaded. */
    boolean isAlternativeTo(SourceFile other) {
        return instead().contains(other.baseName()) || other.instead().contains(baseName());
    }

    private List<String> instead() {
        Matcher comment = INSTEAD.matcher(text);
        return comment.find() ? List.of(comment.group(1).trim().split(",\\s*")) : List.of();
    }

    /** {@code petal/command}, if it lies in a folder {@code commands/<petal>}; otherwise null. */
    String command() {
        Path folder = path.toAbsolutePath().getParent();
        boolean command = folder != null && folder.getParent() != null && folder.getParent().getFileName() != null
                && folder.getParent().getFileName().toString().equals("commands") && !inPage;
        return command ? folder.getFileName() + "/" + baseName() : null;
    }

    @Override
    public String toString() {
        String name = path.toString();
        return name.length() > NAME_SHOWN ? "…" + name.substring(name.length() - NAME_SHOWN) : name;
    }
}
