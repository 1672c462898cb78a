package io.dromedary.routetest;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs test files, some at once, each with routes of its own; results are told in the order of the files. */
public final class RouteTests {

    /** More would wait for one another's class loading. */
    private static final int MAX_AT_ONCE = 4;

    private final Coverage coverage = new Coverage(null);
    private final List<TestResult> results = new ArrayList<>();
    private final List<Path> kamelets;

    /** Tests routes that use the shipped kamelets, and those in these folders. */
    public RouteTests(List<Path> kamelets) {
        this.kamelets = kamelets;
    }

    /** What came of one file; no coverage when its routes did not start. */
    private record FileRun(List<TestResult> results, Optional<Coverage> coverage) {
    }

    /**
     * Runs files, as many at once as there are processors, at most four.
     *
     * @param files    each a {@code .test.yaml}
     * @param listener is told of each result, in the caller's thread
     */
    public void run(List<Path> files, Consumer<TestResult> listener) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(MAX_AT_ONCE, Runtime.getRuntime().availableProcessors()));
        try {
            List<Future<FileRun>> running = files.stream().map(file -> threads.submit(() -> run(file))).toList();
            for (Future<FileRun> one : running) {
                report(one.get(), listener);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while tests ran");
        } finally {
            threads.shutdownNow();
        }
    }

    private FileRun run(Path file) throws IOException {
        long start = System.nanoTime();
        Path scratch = Files.createTempDirectory("dromedary-test");
        try {
            TestFile test = TestFile.read(file);
            try (RouteTestContext context = new RouteTestContext(test, scratch, kamelets)) {
                List<TestResult> results = new ArrayList<>();
                for (TestFile.Case one : test.cases()) {
                    results.add(new CaseRunner(context, test, one).run());
                }
                return new FileRun(results, Optional.of(context.coverage()));
            }
        } catch (TestFile.Invalid e) {
            return broken(file, e.getMessage(), start);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            return broken(file, "The routes do not start: " + reason(e), start);
        } finally {
            delete(scratch);
        }
    }

    private void report(FileRun run, Consumer<TestResult> listener) {
        results.addAll(run.results());
        run.coverage().ifPresent(coverage::add);
        run.results().forEach(listener);
    }

    private static FileRun broken(Path file, String problem, long start) {
        return new FileRun(List.of(new TestResult(file, file.getFileName().toString(), "loads", millisSince(start), List.of(problem))), Optional.empty());
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

    /** Results so far, in the order of the files. */
    public List<TestResult> results() {
        return results;
    }

    /** What the tests so far have reached. */
    public Coverage coverage() {
        return coverage;
    }
}
