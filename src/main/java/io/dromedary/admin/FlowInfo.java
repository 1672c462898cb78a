package io.dromedary.admin;

import java.util.List;
import java.util.Set;

/**
 * A flow as control calls see it.
 *
 * @param name     its name, or the petal's it stands for
 * @param files    its route files below {@code routes/}, without ending; {@code *} at the end for a folder
 * @param required proxies without which it does not run
 * @param optional proxies it uses when they are there
 * @param wanted   whether the configuration switches it on
 */
public record FlowInfo(String name, String title, List<String> files, Set<String> required, Set<String> optional, boolean wanted) {

    /** Whether a route file belongs to it; {@code location} as Camel tells it. */
    public boolean has(String location) {
        int folder = location.indexOf("routes/");
        int begin = folder < 0 ? 0 : folder + "routes/".length();
        int end = location.indexOf(".camel.yaml", begin);
        String file = location.substring(begin, end < 0 ? location.length() : end);
        return files.stream().anyMatch(pattern -> pattern.endsWith("*") ? file.startsWith(pattern.substring(0, pattern.length() - 1)) : file.equals(pattern));
    }
}
