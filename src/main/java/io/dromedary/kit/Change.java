package io.dromedary.kit;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What has to be exchanged to come from one version to another. A route file is exchanged when it differs itself, or its schema, a
 * kamelet that it uses, or the properties.
 *
 * @param difference all files that differ
 * @param out        route files of the old version
 * @param in         route files of the new version
 * @param kamelets   names of the kamelets that differ
 */
record Change(FileSet.Difference difference, Set<String> out, Set<String> in, Set<String> kamelets) {

    private static final String ROUTES = ".camel.yaml";
    private static final String KAMELET = ".kamelet.yaml";

    static Change between(FileSet old, FileSet wanted) {
        FileSet.Difference difference = old.to(wanted);
        Set<String> different = new TreeSet<>();
        Stream.of(difference.added(), difference.changed(), difference.removed()).forEach(different::addAll);
        Set<String> kamelets = new TreeSet<>();
        different.stream().filter(file -> file.endsWith(KAMELET))
                .forEach(file -> kamelets.add(file.substring(file.lastIndexOf('/') + 1, file.length() - KAMELET.length())));
        return new Change(difference, concerned(old, different, kamelets), concerned(wanted, different, kamelets), kamelets);
    }

    private static Set<String> concerned(FileSet files, Set<String> different, Set<String> kamelets) {
        Set<String> concerned = new TreeSet<>();
        files.files().forEach((name, content) -> {
            if (name.endsWith(ROUTES)) {
                String schema = name.substring(0, name.length() - ROUTES.length()) + ".schema.json";
                String text = new String(content, StandardCharsets.UTF_8);
                if (Stream.of(name, schema, FileSet.PROPERTIES).anyMatch(different::contains)
                        || kamelets.stream().anyMatch(kamelet -> text.contains(UserRoutes.KAMELET + kamelet))) {
                    concerned.add(name);
                }
            }
        });
        return concerned;
    }
}
