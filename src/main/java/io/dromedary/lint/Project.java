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

    private static final Properties LAUNCHER = load("/lint/launcher.properties");
    /** Reading the catalogue takes longer than everything else. */
    private static final Components COMPONENTS = components(list("components"));

    private final List<SourceFile> examined = new ArrayList<>();
    private final List<SourceFile> all = new ArrayList<>();
    private final Properties application = load("/application.properties");
    private final Path docs;
    private final Map<String, Bean> beans = new TreeMap<>();

    /**
     * Reads files.
     *
     * @param paths   files and folders to examine
     * @param shipped what is shipped: may be referred to, and is examined only if it is among the paths
     * @param docs    folder with a page per command, or null if pages are not asked for
     */
    Project(List<Path> paths, Map<Path, List<SourceFile>> shipped, Path docs) throws IOException {
        this.docs = docs;
        Set<Path> seen = new LinkedHashSet<>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                if (seen.add(file.toRealPath())) {
                    examined.addAll(SourceFile.read(file));
                }
                if (file.getFileName().toString().equals("application.properties")) {
                    try (InputStream in = Files.newInputStream(file)) {
                        application.load(in);
                    }
                }
            }
        }
        all.addAll(examined.stream().filter(file -> !file.inPage()).toList());
        shipped.forEach((file, known) -> {
            if (seen.add(file) && known.stream().noneMatch(one -> isOurCopy(one, file))) {
                all.addAll(known);
            }
        });
        list("beans").forEach(name -> beans.put(name, new Bean(null)));
        all.forEach(file -> beansOf(file).forEach((name, bean) -> beans.put(name, bean)));
    }

    /** Sources and their copy in the build are the same file to us, also when one has been edited since. */
    private boolean isOurCopy(SourceFile known, Path file) {
        Path ending = file;
        for (int i = 0; i < file.getNameCount(); i++) {
            if (Set.of("routes", "kamelets").contains(file.getName(i).toString())) {
                ending = file.subpath(i, file.getNameCount());
            }
        }
        Path wanted = ending;
        return examined.stream().anyMatch(one -> !one.inPage() && one.path().toAbsolutePath().endsWith(wanted));
    }

    /** Reads what is shipped, by file. */
    static Map<Path, List<SourceFile>> read(List<Path> folders) throws IOException {
        Map<Path, List<SourceFile>> files = new LinkedHashMap<>();
        for (Path folder : folders) {
            for (Path file : files(folder)) {
                files.put(file.toRealPath(), SourceFile.read(file));
            }
        }
        return files;
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

    private static Components components(List<String> aliases) {
        return new Components(aliases.stream().map(alias -> alias.split("=")).collect(Collectors.toMap(alias -> alias[0], alias -> alias[1])));
    }

    private static List<String> list(String key) {
        return Arrays.stream(LAUNCHER.getProperty(key, "").split("[,\\s]+")).filter(item -> !item.isEmpty()).toList();
    }

    List<SourceFile> examined() {
        return examined;
    }

    /** What is examined and what is shipped; no pages. */
    List<SourceFile> all() {
        return all;
    }

    Components components() {
        return COMPONENTS;
    }

    Path docs() {
        return docs;
    }

    /** Routes that a file can call or collide with: all, or only its own if it is an example on a page. */
    List<RouteModel> routesSeenBy(SourceFile file) {
        Stream<SourceFile> files = file.inPage() ? Stream.of(file) : all.stream();
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

    /** Endpoints that {@code rest} gives its requests to: the routes there are its edges. */
    Set<String> restTargets() {
        return all.stream().flatMap(file -> file.root().items().stream()).flatMap(item -> item.get("rest").entries().stream())
                .flatMap(verb -> verb.value().items().stream()).map(call -> call.get("to"))
                .map(to -> to.isScalar() ? to.text() : to.get("uri").text()).collect(Collectors.toSet());
    }

    /** The kamelets by name. */
    Map<String, SourceFile> kamelets() {
        return all.stream().filter(file -> file.kind() == SourceFile.Kind.KAMELET)
                .collect(Collectors.toMap(file -> file.root().get("metadata").get("name").text(), file -> file, (one, other) -> one, TreeMap::new));
    }
}
