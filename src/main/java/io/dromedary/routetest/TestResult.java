package io.dromedary.routetest;

import java.nio.file.Path;
import java.util.List;

/**
 * How one case went.
 *
 * @param file     its file
 * @param group    folder and name of the file
 * @param name     name of the case
 * @param millis   how long it took
 * @param failures what differs, one line each; none if it passed
 */
public record TestResult(Path file, String group, String name, long millis, List<String> failures) {

    /** Whether everything was as expected. */
    public boolean passed() {
        return failures.isEmpty();
    }
}
