package io.dromedary.flightlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What is on the autopilot's card, and the words its shell is spoken to. The bean {@code sdCard}. */
public class SdCard {

    private static final Pattern UNSAFE = Pattern.compile("[;&|<>$`'\"\\s\\p{Cntrl}*?]");
    private static final List<String> FAILURES = List.of("no such", "error", "failed", "invalid", "not empty");

    /** {@code rm /<path>}. @throws IllegalArgumentException when the path could mean more to a shell than a path */
    public String removal(String path) {
        return "rm " + absolute(path);
    }

    /** {@code rmdir /<path>}. @throws IllegalArgumentException as {@link #removal} */
    public String directoryRemoval(String path) {
        return "rmdir " + absolute(path);
    }

    private static String absolute(String path) {
        if (path == null || path.isBlank() || UNSAFE.matcher(path).find() || ("/" + path + "/").contains("/../")) {
            throw new IllegalArgumentException("'" + path + "' is no path that the vehicle's shell can be given");
        }
        return "/" + path.replaceFirst("^/+", "");
    }

    /** What a shell's answer to a removal means: {@code done}, {@code refused}, or {@code unknown} when the prompt did not come back. */
    public String judge(Map<?, ?> answer) {
        String text = String.valueOf(answer.get("output")).toLowerCase(Locale.ROOT);
        if (FAILURES.stream().anyMatch(text::contains)) {
            return "refused";
        }
        return Boolean.TRUE.equals(answer.get("complete")) ? "done" : "unknown";
    }

    /** The answer of a shell that is silent. */
    public Map<String, Object> silence() {
        return Map.of("output", "", "complete", false);
    }

    /** The directory of a path. */
    public String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** What a listing says of a removal: {@code refused} when it still has a file of this path, else {@code done}. */
    public String look(Collection<?> listing, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return listing.stream().anyMatch(entry -> name.equals(((Map<?, ?>) entry).get("name"))) ? "refused" : "done";
    }

    /** Paths of the directories in a listing. */
    public List<String> directories(Collection<?> listing) {
        return listing.stream().map(entry -> (Map<?, ?>) entry).filter(entry -> Boolean.TRUE.equals(entry.get("directory")))
                .map(entry -> String.valueOf(entry.get("path"))).toList();
    }

    /** The logs in listings of directories: {@code path} and {@code size} of every file that ends in {@code .ulg}. */
    public List<Map<String, Object>> logs(Object listings) {
        List<Map<String, Object>> logs = new ArrayList<>();
        collect(listings, logs);
        return logs;
    }

    private static void collect(Object listing, List<Map<String, Object>> logs) {
        if (listing instanceof Collection<?> list) {
            list.forEach(each -> collect(each, logs));
        } else if (listing instanceof Map<?, ?> entry && !Boolean.TRUE.equals(entry.get("directory")) && String.valueOf(entry.get("name")).endsWith(".ulg")) {
            logs.add(Map.of("path", String.valueOf(entry.get("path")), "size", entry.get("size")));
        }
    }

    /** The error logs directly in a listed directory: {@code path} and {@code size_bytes} of {@code fail_*.log}. */
    public List<Map<String, Object>> errorLogs(Collection<?> listing, String base) {
        return listing.stream().map(entry -> (Map<?, ?>) entry)
                .filter(entry -> !Boolean.TRUE.equals(entry.get("directory")) && String.valueOf(entry.get("name")).matches("(?s)fail_.*\\.log"))
                .map(entry -> {
                    Map<String, Object> file = new java.util.LinkedHashMap<>();
                    file.put("path", base + "/" + entry.get("name"));
                    file.put("size_bytes", entry.get("size"));
                    return file;
                }).toList();
    }

    /** A tally for the removal of files. */
    public Removals removals(Collection<?> files) {
        return new Removals(files.size());
    }
}
