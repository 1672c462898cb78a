package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.UnifiedJedis;

/** Several processes, one Redis, and one owner of each job. */
class JobOwnershipIT {

    @TempDir
    Path temp;
    private DataDirectory data;
    private EmbeddedRedis server;
    private UnifiedJedis redis;

    @BeforeEach
    void start() {
        data = DataDirectory.open(temp.resolve("data"));
        server = new EmbeddedRedis(data, 0);
        server.start();
        redis = JobFixture.connect(server.address());
    }

    @AfterEach
    void stop() {
        redis.close();
        server.stop();
        data.close();
    }

    private Map<String, Object> stored(String id) throws Exception {
        return JobFixture.JSON.readValue(redis.get("job:" + id), Map.class);
    }

    private List<String> effects() {
        return redis.lrange("effects", 0, -1);
    }

    @Test
    void anotherInstanceGoesOnWithTheJobOfOneThatWasKilled() throws Exception {
        try (JobProcess first = JobProcess.start(server.address(), "first", "start-resume");
                JobProcess second = JobProcess.start(server.address(), "second", "idle")) {
            JobFixture.await().until(() -> effects().size() > 5);
            assertThat(effects()).containsOnly("first");
            first.signal("KILL");
            long killed = System.nanoTime();
            JobFixture.await().until(() -> effects().contains("second"));
            System.out.println("taken over after " + (System.nanoTime() - killed) / 1_000_000 + " ms");
            JobFixture.await().until(() -> "completed".equals(stored(first.job()).get("status")));
            assertThat((Map<String, Object>) stored(first.job()).get("metadata")).containsEntry("by", "first").containsEntry("completed_by", "second")
                    .containsEntry("resumed", true);
            assertOneAfterTheOther();
        }
    }

    @Test
    void anOwnerThatWasPausedForTooLongDoesNothingMore() throws Exception {
        try (JobProcess first = JobProcess.start(server.address(), "first", "start-resume");
                JobProcess second = JobProcess.start(server.address(), "second", "idle")) {
            JobFixture.await().until(() -> effects().size() > 5);
            first.signal("STOP");
            JobFixture.await().until(() -> effects().stream().filter("second"::equals).count() > 5);
            first.signal("CONT");
            JobFixture.await().until(() -> "completed".equals(stored(first.job()).get("status")));
            assertThat((Map<String, Object>) stored(first.job()).get("metadata")).containsEntry("completed_by", "second");
            List<String> effects = effects();
            // what it was in the middle of when it was paused is all
            assertThat(effects.subList(effects.indexOf("second"), effects.size()).stream().filter("first"::equals).count()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aJobThatIsNotToBeResumedEndsHonestlyAfterARestart() throws Exception {
        String id;
        try (JobProcess first = JobProcess.start(server.address(), "first", "start-end")) {
            id = first.job();
            JobFixture.await().until(() -> effects().size() > 2);
            first.signal("KILL");
        }
        assertThat(stored(id)).containsEntry("status", "in_progress");
        try (JobProcess again = JobProcess.start(server.address(), "again", "idle")) {
            JobFixture.await().until(() -> "error".equals(stored(id).get("status")));
            assertThat(stored(id)).containsEntry("error_message", "Job failed: interrupted by restart");
            assertThat(effects()).containsOnly("first");
        }
    }

    @Test
    void aJobOfAnotherInstanceIsCancelledThere() throws Exception {
        try (JobProcess other = JobProcess.start(server.address(), "other", "start-resume");
                JobFixture here = new JobFixture(server.address(), new org.apache.camel.builder.RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:none").to("log:none");
                    }
                })) {
            JobFixture.await().until(() -> effects().size() > 2);
            assertThat(here.call("job:cancel?jobId=" + other.job(), null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs",
                    List.of(other.job()));
            assertThat(stored(other.job())).containsEntry("status", "cancelled");
        }
    }

    private void assertOneAfterTheOther() {
        List<String> effects = effects();
        assertThat(effects.lastIndexOf("first")).isLessThan(effects.indexOf("second"));
    }
}
