package io.dromedary.routetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs test files, one after the other, each with routes of its own. */
public final class RouteTests {

    private final Coverage coverage = new Coverage(null);
    private final List<TestResult> results = new ArrayList<>();
    private final List<Path> kamelets;

    /** Tests routes that use the shipped kamelets, and those in these folders. */
    public RouteTests(List<Path> kamelets) {
        this.kamelets = kamelets;
    }

    /**
     * Runs one file.
     *
     * @param file     a {@code .test.yaml}
     * @param listener is told of each result
     */
    public void run(Path file, Consumer<TestResult> listener) throws IOException {
        long start = System.nanoTime();
        Path scratch = Files.createTempDirectory("dromedary-test");
        try {
            TestFile test = TestFile.read(file);
            try (RouteTestContext context = new RouteTestContext(test, scratch, kamelets)) {
                for (TestFile.Case one : test.cases()) {
                    report(new CaseRunner(context, test, one).run(), listener);
                }
                coverage.add(context.coverage());
            }
        } catch (TestFile.Invalid e) {
            report(broken(file, e.getMessage(), start), listener);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            report(broken(file, "The routes do not start: " + reason(e), start), listener);
        } finally {
            delete(scratch);
        }
    }

    private void report(TestResult result, Consumer<TestResult> listener) {
        results.add(result);
        listener.accept(result);
    }

    private static TestResult broken(Path file, String problem, long start) {
        return new TestResult(file, file.getFileName().toString(), "loads", millisSince(start), List.of(problem));
    }

    static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    /** The deepest message, which is where Camel says what is wrong. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Results so far, in the order in which they were run. */
    public List<TestResult> results() {
        return results;
    }

    /** What the tests so far have reached. */
    public Coverage coverage() {
        return coverage;
    }
}
