package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes with {@code mavftp:} endpoints against a file server on a real UDP link. */
class MavftpComponentTest {

    @TempDir
    Path root;
    @TempDir
    Path local;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private ProducerTemplate template;
    private TestVehicle vehicle;

    @BeforeEach
    void start() throws Exception {
        vehicle = new TestVehicle(root, FtpServerProfile.PX4);
        Files.createDirectories(root.resolve("log/2026-01-01"));
        Files.write(root.resolve("log/2026-01-01/10_00_00.ulg"), content(30_000));
        Files.write(root.resolve("log/2026-01-01/notes.txt"), content(10));
        MavftpConfiguration configuration = context.getComponent("mavftp", MavftpComponent.class).getConfiguration();
        configuration.setAddress(vehicle.address());
        configuration.setTargetSystem(1);
        configuration.setWorkDirectory(local.resolve("work").toString());
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        vehicle.close();
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private MockEndpoint consume(String parameters) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("mavftp:/log?recursive=true&initialDelay=0&delay=200&" + parameters).routeId("logs")
                        .process(e -> e.setVariable("copy", Files.readAllBytes(e.getMessage().getBody(File.class).toPath())))
                        .to("mock:files");
            }
        });
        return context.getEndpoint("mock:files", MockEndpoint.class);
    }

    @Test
    void consumesMatchingFilesOnceWithStatistics() throws Exception {
        MockEndpoint mock = consume("include=.*ulg&noop=true");
        mock.expectedMessageCount(1);
        mock.assertIsSatisfied(10_000);
        Exchange exchange = mock.getExchanges().get(0);
        assertThat(exchange.getVariable("copy", byte[].class)).isEqualTo(content(30_000));
        assertThat(exchange.getMessage().getHeader("CamelFileName")).isEqualTo("2026-01-01/10_00_00.ulg");
        assertThat(exchange.getMessage().getHeader("CamelFileLength")).isEqualTo(30_000L);
        assertThat(exchange.getMessage().getHeader(MavftpConstants.VERIFICATION)).isEqualTo("VERIFIED");
        assertThat(exchange.getMessage().getHeader(MavftpConstants.BYTES)).isEqualTo(30_000L);
        await("local copies are removed").atMost(Duration.ofSeconds(5)).until(() -> {
            try (var work = Files.list(local.resolve("work"))) {
                return work.findAny().isEmpty();
            }
        });
        Files.write(root.resolve("log/2026-01-01/11_00_00.ulg"), content(500));
        await().atMost(Duration.ofSeconds(10)).until(() -> mock.getReceivedCounter() == 2);
    }

    @Test
    void deletesAfterTheRouteIsDone() throws Exception {
        consume("include=.*ulg&delete=true").expectedMessageCount(1);
        MockEndpoint.assertIsSatisfied(context);
        await().atMost(Duration.ofSeconds(5)).until(() -> !Files.exists(root.resolve("log/2026-01-01/10_00_00.ulg")));
        assertThat(root.resolve("log/2026-01-01/notes.txt")).exists();
    }

    @Test
    void movesAfterTheRouteIsDone() throws Exception {
        consume("include=.*ulg&move=done/${file:name.noext}.old").expectedMessageCount(1);
        MockEndpoint.assertIsSatisfied(context);
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            try (var all = Files.walk(root)) {
                return all.anyMatch(p -> p.toString().endsWith(".old"));
            }
        });
        assertThat(root.resolve("log/2026-01-01/10_00_00.ulg")).doesNotExist();
    }

    @Test
    void keepsTheFileWhenTheRouteFails() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("mavftp:/log/2026-01-01?include=.*ulg&delete=true&initialDelay=0&delay=100000").to("mock:failing")
                        .throwException(IllegalStateException.class, "no");
            }
        });
        MockEndpoint mock = context.getEndpoint("mock:failing", MockEndpoint.class);
        mock.expectedMessageCount(1);
        mock.assertIsSatisfied(10_000);
        assertThat(root.resolve("log/2026-01-01/10_00_00.ulg")).exists();
    }

    @Test
    void leavesFilesThatAreYoungOrStillGrow() throws Exception {
        Path file = root.resolve("log/2026-01-01/10_00_00.ulg");
        MockEndpoint mock = consume("include=.*ulg&noop=true&minAge=1200");
        mock.expectedMessageCount(1);
        long lastGrowth = 0;
        for (int i = 0; i < 5; i++) {
            assertThat(mock.getReceivedCounter()).as("while the file grows").isZero();
            Files.write(file, content(30_001 + i));
            lastGrowth = System.nanoTime();
            await().pollDelay(Duration.ofMillis(300)).atMost(Duration.ofSeconds(1)).until(() -> true);
        }
        mock.assertIsSatisfied(10_000);
        assertThat(System.nanoTime() - lastGrowth).isGreaterThan(Duration.ofMillis(1200).toNanos());
    }

    @Test
    @SuppressWarnings("unchecked")
    void producesEveryOperation() throws Exception {
        List<Map<String, Object>> rows = template.requestBody("mavftp:list?path=/log/2026-01-01", null, List.class);
        assertThat(rows).extracting(r -> r.get("name")).containsExactlyInAnyOrder("10_00_00.ulg", "notes.txt");

        Exchange got = template.request("mavftp:get", e -> e.getMessage().setHeader(MavftpConstants.PATH, "/log/2026-01-01/10_00_00.ulg"));
        assertThat(got.getException()).isNull();
        assertThat(got.getMessage().getHeader(MavftpConstants.LOSS, Double.class)).isEqualTo(0.0);

        Path target = local.resolve("out.ulg");
        template.requestBody("mavftp:get?target=" + target, Map.of("path", "/log/2026-01-01/10_00_00.ulg"));
        assertThat(target).hasBinaryContent(content(30_000));

        template.sendBody("mavftp:mkdir?path=/etc", null);
        template.sendBody("mavftp:put?path=/etc/config.txt", "SD card\n");
        assertThat(root.resolve("etc/config.txt")).hasContent("SD card\n");
        assertThat(template.requestBody("mavftp:crc?path=/etc/config.txt", null, Long.class)).isPositive();
        template.sendBody("mavftp:truncate?path=/etc/config.txt&length=2", null);
        assertThat(root.resolve("etc/config.txt")).hasContent("SD");
        template.sendBody("mavftp:rename?path=/etc/config.txt&target=/etc/b.txt", null);
        assertThat(root.resolve("etc/b.txt")).exists();
        template.sendBody("mavftp:delete?path=/etc/b.txt", null);
        template.sendBody("mavftp:rmdir?path=/etc", null);
        assertThat(root.resolve("etc")).doesNotExist();

        Files.writeString(root.resolve("fail_2026.log"), "hard fault");
        assertThat(template.requestBody("mavftp:list-error-logs?path=/", null, List.class))
                .isEqualTo(List.of(Map.of("path", "/fail_2026.log", "size_bytes", 10L)));
        Map<String, Object> removed = template.requestBody("mavftp:delete-many", List.of("/fail_2026.log", "/nothing.log"), Map.class);
        assertThat(removed).containsEntry("total", 2).containsEntry("deleted", 1L).containsEntry("failed", 1L);
        assertThat((List<Map<String, Object>>) removed.get("files")).extracting(r -> r.get("status")).containsExactly("deleted", "failed");
    }

    @Test
    void tellsProgressToAnEndpoint() throws Exception {
        List<Map<?, ?>> seen = new CopyOnWriteArrayList<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:progress").process(e -> seen.add(e.getMessage().getBody(Map.class)));
            }
        });
        template.sendBody("mavftp:get?path=/log/2026-01-01/10_00_00.ulg&progressTo=direct:progress&progressInterval=0", null);
        await().atMost(Duration.ofSeconds(5)).until(() -> seen.stream().anyMatch(m -> m.get("done").equals(30_000L)));
        assertThat(seen).allSatisfy(m -> assertThat(m.get("path")).isEqualTo("/log/2026-01-01/10_00_00.ulg"));
    }

    @Test
    void saysWhatIsWrongWithBadInput() {
        assertThatThrownBy(() -> template.sendBody("mavftp:get?path=/../etc/passwd", null))
                .isInstanceOf(CamelExecutionException.class).rootCause().isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'..'");
        assertThatThrownBy(() -> template.sendBody("mavftp:fetch?path=/a", null)).rootCause()
                .hasMessageContaining("mavftp:fetch is no operation").hasMessageContaining("list-ulogs");
        assertThatThrownBy(() -> template.sendBody("mavftp:get", null)).rootCause().hasMessageContaining("CamelMavftpPath");
        assertThatThrownBy(() -> template.sendBody("mavftp:get?path=/log/none.ulg", null)).rootCause()
                .isInstanceOf(FtpException.class).hasMessageContaining("/log/none.ulg").hasMessageContaining("FileNotFound");
    }

    @Test
    void aDownloadEndsWithItsJobAlsoOnAnotherThread() throws Exception {
        Files.write(root.resolve("log/large.ulg"), content(20_000_000));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:download").to("seda:elsewhere?waitForTaskToComplete=Always&timeout=60000");
                from("seda:elsewhere").errorHandler(noErrorHandler()).onCompletion().process(e -> ended.complete(
                        e.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))).end()
                        .to("mavftp:get?path=/log/large.ulg&verify=false&target=" + local.resolve("large.ulg"));
            }
        });
        String id = template.request("job:start?type=Download&route=direct:download", e -> e.getMessage().setBody(Map.of()))
                .getMessage().getHeader("CamelJobId", String.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(local.resolve("large.ulg.part")));
        template.requestBody("job:cancel?jobId=" + id, (Object) null);
        assertThat(template.requestBody("job:state?jobId=" + id, null, Map.class)).containsEntry("status", "cancelled");
        await().atMost(Duration.ofSeconds(30)).until(ended::isDone);
        assertThat(local.resolve("large.ulg")).doesNotExist();
    }
}
