package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import io.dromedary.testing.FreePort;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs at a real Redis, also one that goes away. */
class JobRedisIT extends JobComponentTest {

    @TempDir
    Path temp;
    private DataDirectory data;
    private EmbeddedRedis server;

    @Override
    String startRedis() throws Exception {
        data = DataDirectory.open(temp.resolve("data"));
        server = new EmbeddedRedis(data, FreePort.next());
        server.start();
        assertThat(server.keepsData()).isTrue();
        return server.address();
    }

    @Override
    void stopRedis() {
        server.stop();
        data.close();
    }

    @Test
    void jobsGoOnWhileRedisIsAwayAndAreWrittenWhenItIsBack() throws Exception {
        Semaphore middle = new Semaphore(0);
        Semaphore end = new Semaphore(0);
        try (JobFixture camel = new JobFixture(server.address(), new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:steps").to("job:progress?percentage=10").process(exchange -> middle.acquire()).to("job:progress?percentage=60")
                        .process(exchange -> end.acquire());
            }
        })) {
            String goesOn = camel.start("job:start?type=Steps&route=direct:steps", Map.of());
            String cancelled = camel.start("job:start?type=Other&route=direct:steps", Map.of());
            JobFixture.await().until(() -> Double.valueOf(10).equals(((Map<?, ?>) camel.stored(cancelled).get("progress")).get("percentage")));
            server.stop();
            middle.release(2);
            JobFixture.await().untilAsserted(() -> assertThat(camel.state(goesOn)).extracting("progress.percentage").isEqualTo(60.0));
            camel.call("job:subscribe?jobId=" + cancelled + "&streamId=s", null);
            assertThat(camel.call("job:cancel?type=Other", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of(cancelled));
            JobFixture.await().until(() -> camel.streamed("s").stream().anyMatch(message -> "cancelled".equals(message.get("status"))));
            String begun = camel.start("job:start?type=Late&route=direct:steps&singleFlight=REFUSE", Map.of());
            server.start();
            // the test's own connections broke as well
            JobFixture.await().ignoreExceptions().until(() -> "cancelled".equals(camel.stored(cancelled).get("status")));
            JobFixture.await().ignoreExceptions().until(() -> camel.stored(begun) != null && "in_progress".equals(camel.stored(begun).get("status")));
            assertThat(camel.state(goesOn)).containsEntry("status", "in_progress");
            end.release(10);
            JobFixture.await().ignoreExceptions().until(() -> "completed".equals(camel.stored(goesOn).get("status")));
        }
    }

    @Test
    void anEmptiedRedisIsFilledAgain() throws Exception {
        Semaphore steps = new Semaphore(0);
        try (JobFixture camel = new JobFixture(server.address(), new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:steps").process(exchange -> steps.acquire());
            }
        })) {
            String id = camel.start("job:start?type=Steps&route=direct:steps", Map.of());
            camel.redis().flushAll();
            JobFixture.await().until(() -> camel.stored(id) != null);
            steps.release();
            JobFixture.await().until(() -> "completed".equals(camel.stored(id).get("status")));
        }
    }
}
