package io.dromedary.lint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that a file may refer to: the files under examination, what is shipped, and what the launcher provides when it
 * starts ({@code lint/launcher.properties}).
 */
final class Project {

    /**
     * A bean.
     *
     * @param type name of its class, or null if it is not known
     */
    record Bean(String type) {
    }

    private final List<SourceFile> examined = new ArrayList<>();
    private final List<SourceFile> all = new ArrayList<>();
    private final Properties application = load("/application.properties");
    private final Properties launcher = load("/lint/launcher.properties");
    private final Components components;
    private final Path docs;
    private final Map<String, Bean> beans = new TreeMap<>();

    /**
     * Reads files.
     *
     * @param paths   files and folders to examine
     * @param shipped folders of what is shipped: may be referred to, and is examined only if it is among the paths
     * @param docs    folder with a page per command, or null if pages are not asked for
     */
    Project(List<Path> paths, List<Path> shipped, Path docs) throws IOException {
        this.docs = docs;
        Map<String, String> aliases = new LinkedHashMap<>();
        for (String alias : list("components")) {
            aliases.put(alias.substring(0, alias.indexOf('=')), alias.substring(alias.indexOf('=') + 1));
        }
        this.components = new Components(aliases);
        Set<Path> seen = new LinkedHashSet<>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                if (seen.add(file.toRealPath())) {
                    examined.addAll(SourceFile.read(file));
                }
            }
        }
        all.addAll(examined.stream().filter(file -> !file.inPage()).toList());
        for (Path folder : shipped) {
            for (Path file : files(folder)) {
                if (seen.add(file.toRealPath()) && !isOurCopy(file, folder)) {
                    all.addAll(SourceFile.read(file));
                }
            }
        }
        list("beans").forEach(name -> beans.put(name, new Bean(null)));
        all.forEach(file -> beansOf(file).forEach((name, bean) -> beans.put(name, bean)));
    }

    /** Sources and their copy in the build are the same file to us. */
    private boolean isOurCopy(Path file, Path folder) {
        Path relative = folder.relativize(file);
        return examined.stream().anyMatch(known -> known.path().toAbsolutePath().normalize().endsWith(folder.getFileName().resolve(relative)));
    }

    private static List<Path> files(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
    }

    private static Properties load(String resource) {
        Properties properties = new Properties();
        try (InputStream in = Project.class.getResourceAsStream(resource)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private List<String> list(String key) {
        return Arrays.stream(launcher.getProperty(key, "").split("[,\\s]+")).filter(item -> !item.isEmpty()).toList();
    }

    List<SourceFile> examined() {
        return examined;
    }

    /** What is examined and what is shipped; no pages. */
    List<SourceFile> all() {
        return all;
    }

    Components components() {
        return components;
    }

    Path docs() {
        return docs;
    }

    /** Routes that a file can call: all, and its own if it is an example. */
    List<RouteModel> routesSeenBy(SourceFile file) {
        Stream<SourceFile> files = file.inPage() ? Stream.concat(all.stream(), Stream.of(file)) : all.stream();
        return files.filter(one -> one.kind() == SourceFile.Kind.ROUTES).flatMap(one -> one.routes().stream()).toList();
    }

    /** Whether a property has a value when routes are loaded. */
    boolean hasProperty(String name) {
        return application.containsKey(name) || list("properties").stream()
                .anyMatch(known -> known.endsWith("*") ? name.startsWith(known.substring(0, known.length() - 1)) : known.equals(name));
    }

    Set<String> properties() {
        return application.stringPropertyNames();
    }

    Map<String, Bean> beansSeenBy(SourceFile file) {
        Map<String, Bean> seen = new TreeMap<>(beans);
        seen.putAll(beansOf(file));
        return seen;
    }

    private static Map<String, Bean> beansOf(SourceFile file) {
        Map<String, Bean> found = new LinkedHashMap<>();
        List<YamlNode> lists = new ArrayList<>(file.root().items().stream().map(item -> item.get("beans")).toList());
        lists.add(file.root().get("spec").get("template").get("beans"));
        lists.forEach(list -> list.items().forEach(bean -> found.put(bean.get("name").text(),
                new Bean(bean.get("type").exists() ? bean.get("type").text().replaceFirst("^#class:", "").replaceFirst("\\(.*", "") : null))));
        return found;
    }

    Set<String> routeConfigurationsSeenBy(SourceFile file) {
        return Stream.concat(all.stream(), Stream.of(file)).flatMap(one -> one.root().items().stream())
                .map(item -> item.get("routeConfiguration").get("id").text()).filter(id -> !id.isEmpty()).collect(Collectors.toSet());
    }

    /** The kamelets by name. */
    Map<String, SourceFile> kamelets() {
        return all.stream().filter(file -> file.kind() == SourceFile.Kind.KAMELET)
                .collect(Collectors.toMap(file -> file.root().get("metadata").get("name").text(), file -> file, (one, other) -> one, TreeMap::new));
    }
}
