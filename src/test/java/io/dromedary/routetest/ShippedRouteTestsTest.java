package io.dromedary.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every test that lies beside a shipped route. */
class ShippedRouteTestsTest {

    private static final Path ROUTES = Path.of("src/main/resources/routes");

    @TestFactory
    Stream<DynamicTest> everyShippedTestPasses() throws Exception {
        RouteTests tests = new RouteTests(List.of());
        List<DynamicTest> dynamic = new ArrayList<>();
        tests.run(TestFile.find(List.of(ROUTES)), result -> dynamic.add(DynamicTest.dynamicTest(result.group() + ": " + result.name(),
                () -> assertThat(result.failures()).isEmpty())));
        assertThat(dynamic).isNotEmpty();
        return dynamic.stream();
    }

    @Test
    void everyShippedCommandHasATest() throws Exception {
        try (Stream<Path> files = Files.walk(ROUTES.resolve("commands"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .filter(file -> !Files.exists(file.resolveSibling(file.getFileName().toString().replace(".camel.yaml", TestFile.ENDING)))))
                    .isEmpty();
        }
    }
}
