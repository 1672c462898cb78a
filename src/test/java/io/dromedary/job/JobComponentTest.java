package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.fppt.jedismock.RedisServer;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Jobs at the imitated Redis; {@link JobRedisIT} runs the same at a real one. */
class JobComponentTest {

    private RedisServer imitation;
    private JobFixture camel;
    private String address;
    private final CountDownLatch never = new CountDownLatch(1);
    private final Semaphore steps = new Semaphore(0);
    private final AtomicInteger cleaned = new AtomicInteger();

    /** Starts a Redis. @return host:port */
    String startRedis() throws Exception {
        imitation = RedisServer.newRedisServer().start();
        return "127.0.0.1:" + imitation.getBindPort();
    }

    void stopRedis() throws Exception {
        imitation.stop();
    }

    @BeforeEach
    void start() throws Exception {
        address = startRedis();
        camel = new JobFixture(address, new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:work").to("job:progress?percentage=10&message=Working on ${body[name]}")
                        .process(exchange -> assertThat(steps.tryAcquire(30, TimeUnit.SECONDS)).isTrue())
                        .process(exchange -> exchange.getMessage().setBody(Map.of("total_records", 3)))
                        .to("job:metadata").to("job:progress?current=3&total=4");
                from("direct:endless").to("job:progress?percentage=20&message=Waiting").process(exchange -> never.await());
                from("direct:failing").to("job:progress?percentage=30&message=Trying").throwException(new IllegalStateException("the card is gone"));
                from("direct:ended").process(exchange -> {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    cleaned.incrementAndGet();
                });
                from("direct:parent")
                        .setBody(constant(Map.of("name", "part")))
                        .to("job:start?type=Part&route=direct:work&weight=90&parentMessage=Downloading...&wait=true")
                        .setBody(constant(Map.of("name", "part")))
                        .to("job:start?type=Part&route=direct:work&weight=5")
                        .setBody(constant(Map.of("name", "part")))
                        .to("job:start?type=Part&route=direct:work&weight=5")
                        .to("job:join");
                from("direct:failing-parent").setBody(constant(Map.of()))
                        .to("job:start?type=Part&route=direct:endless&weight=50").setBody(constant(Map.of()))
                        .to("job:start?type=Part&route=direct:failing&weight=50&wait=true&failurePrefix=Upload failed");
                from("direct:brisk-parent").setBody(constant(Map.of()))
                        .to("job:start?type=Part&route=direct:brisk&weight=100&wait=true&failurePrefix=Download failed");
                // stops at the very signal, which goes no further before the whole has ended
                from("direct:brisk").process(exchange -> {
                    CountDownLatch signal = new CountDownLatch(1);
                    exchange.getProperty(Cancellation.PROPERTY, Cancellation.class).onCancel(() -> {
                        signal.countDown();
                        JobFixture.await().until(() -> camel.component().registry().active().isEmpty());
                    });
                    steps.release();
                    assertThat(signal.await(30, TimeUnit.SECONDS)).isTrue();
                    throw new IllegalStateException("broken off");
                });
                from("direct:locked").to("job:progress?message=Waiting for the link").to("job:lock?resource=link")
                        .to("job:progress?message=Has the link").process(exchange -> steps.acquire());
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        camel.close();
        stopRedis();
    }

    @Test
    void runsARouteAndKeepsItsStateInTheFormatOfTheReference() throws Exception {
        String id = camel.start("job:start?type=Work&route=direct:work&onEnd=direct:ended", Map.of("name", "logs"));
        JobFixture.await().untilAsserted(() -> assertThat(camel.stored(id)).containsEntry("status", "in_progress")
                .extracting("progress").asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("percentage", 10.0).containsEntry("message", "Working on logs"));
        steps.release();
        camel.awaitStatus(id, "completed");
        JobFixture.await().until(() -> "completed".equals(camel.stored(id).get("status")));
        Map<String, Object> stored = camel.stored(id);
        assertThat(stored.keySet()).containsExactly("job_id", "job_type", "status", "progress", "created_at", "updated_at", "completed_at",
                "error_message", "metadata");
        assertThat(stored).containsEntry("job_type", "Work").containsEntry("error_message", null)
                .containsEntry("metadata", Map.of("name", "logs", "total_records", 3));
        assertThat((Map<String, Object>) stored.get("progress")).containsEntry("percentage", 100.0).containsEntry("current", 3)
                .containsEntry("total", 4).containsEntry("message", "Completed successfully").containsEntry("rate_kbps", null);
        assertThat(cleaned).hasValue(1);
        assertThat(camel.redis().ttl("job:" + id)).isBetween(80_000L, 86_400L);
        assertThat(camel.redis().keys("dromedary:job:lease:*")).isEmpty();
    }

    @Test
    void aFailedRouteEndsAsErrorWithItsReasonAndItsProgress() throws Exception {
        String id = camel.start("job:start?type=Failing&route=direct:failing&onEnd=direct:ended", Map.of());
        camel.awaitStatus(id, "error");
        assertThat(camel.state(id)).containsEntry("error_message", "Job failed: the card is gone")
                .extracting("progress.percentage", "progress.message").containsExactly(30.0, "Trying");
        assertThat(cleaned).hasValue(1);
    }

    @Test
    void cancelInterruptsWhatRunsAndAwaitsTheCleaningUp() throws Exception {
        String id = camel.start("job:start?type=Endless&route=direct:endless&onEnd=direct:ended", Map.of());
        JobFixture.await().until(() -> Double.valueOf(20).equals(((Map<?, ?>) camel.state(id).get("progress")).get("percentage")));
        assertThat(camel.call("job:cancel?type=Endless", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of(id));
        assertThat(camel.state(id)).containsEntry("status", "cancelled").containsEntry("error_message", null);
        assertThat(cleaned).hasValue(1);
        assertThat(camel.stored(id)).containsEntry("status", "cancelled");
        // an ended one is not cancelled again
        assertThat(camel.call("job:cancel?type=Endless", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of());
    }

    @Test
    void oneOfAFamilyRunsAtATime() throws Exception {
        String first = camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REPLACE", Map.of());
        assertThatThrownBy(() -> camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REFUSE", Map.of()))
                .isInstanceOf(JobException.class).hasMessage("Job " + first + " of type Endless is running");
        String second = camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REPLACE", Map.of());
        assertThat(camel.stored(first)).containsEntry("status", "cancelled");
        camel.awaitStatus(second, "in_progress");
        String third = camel.start("job:start?type=Endless&route=direct:endless", Map.of());
        assertThat(camel.state(second)).containsEntry("status", "in_progress");
        assertThat(camel.call("job:cancel?type=Endless", null).getMessage().getBody(Map.class).get("cancelled_jobs"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).containsExactlyInAnyOrder(second, third);
    }

    @Test
    void familiesWithAKeyDoNotDisturbEachOther() throws Exception {
        String a = camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REPLACE&key=${body[record]}", Map.of("record", "a"));
        String b = camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REPLACE&key=${body[record]}", Map.of("record", "b"));
        assertThat(camel.state(a)).containsEntry("status", "in_progress");
        camel.start("job:start?type=Endless&route=direct:endless&singleFlight=REPLACE&key=${body[record]}", Map.of("record", "a"));
        assertThat(camel.state(a)).containsEntry("status", "cancelled");
        assertThat(camel.state(b)).containsEntry("status", "in_progress");
        assertThat(camel.call("job:cancel?type=Endless&where=record=b", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of(b));
    }

    @Test
    void everySubscriberGetsAFirstAndExactlyOneLastMessageWithTheReason() throws Exception {
        camel.start("job:start?type=Work&route=direct:work", Map.of("name", "x"));
        Map<String, Object> slow = camel.call("job:subscribe?type=Work&streamId=slow&dataRateHz=0.1", null).getMessage().getBody(Map.class);
        assertThat(slow).containsEntry("outcome", "streaming").containsEntry("data_rate_hz", 0.1).containsEntry("job_state", null);
        camel.call("job:subscribe?type=Work&streamId=fast&dataRateHz=10", null);
        JobFixture.await().until(() -> camel.streamed("fast").size() >= 3);
        assertThat(camel.streamed("slow")).hasSize(1);
        steps.release();
        // the slow one's next turn would be 10 s away
        JobFixture.await().until(() -> camel.streamed("slow").size() == 2);
        assertThat(camel.streamed("slow").get(1)).containsEntry("completed", true).containsEntry("status", "completed")
                .containsEntry("progress", 100.0).containsEntry("message", "Completed successfully");
        JobFixture.await().until(() -> camel.streamed("fast").stream().filter(message -> Boolean.TRUE.equals(message.get("completed"))).count() == 1);
        assertThat(camel.call("job:subscribe?type=Work&streamId=late", null).getMessage().getBody(Map.class))
                .containsEntry("outcome", "stored").extracting("job_state.status").isEqualTo("completed");
    }

    @Test
    void theLastMessageOfAFailedJobCarriesTheReason() throws Exception {
        String id = camel.start("job:start?type=Failing&route=direct:failing", Map.of());
        camel.awaitStatus(id, "error");
        camel.call("job:subscribe?jobId=" + id + "&streamId=s", null);
        JobFixture.await().until(() -> camel.streamed("s").size() == 1);
        assertThat(camel.streamed("s").get(0)).containsEntry("message", "Job failed: the card is gone").containsEntry("progress", 30.0)
                .containsEntry("completed", true);
    }

    @Test
    void anUnsubscribedStreamEndsWithoutALastMessage() throws Exception {
        String id = camel.start("job:start?type=Endless&route=direct:endless", Map.of());
        camel.call("job:subscribe?type=Endless&streamId=s&dataRateHz=10", null);
        JobFixture.await().until(() -> !camel.streamed("s").isEmpty());
        assertThat(camel.call("job:unsubscribe?type=Endless&streamId=anything", null).getMessage().getBody(Map.class))
                .containsEntry("outcome", "unsubscribed").containsEntry("job_id", id);
        camel.call("job:cancel?jobId=" + id, null);
        assertThat(camel.streamed("s")).noneMatch(message -> Boolean.TRUE.equals(message.get("completed")));
        assertThat(camel.call("job:unsubscribe?type=None&streamId=s", null).getMessage().getBody(Map.class)).containsEntry("outcome", "none");
    }

    @Test
    void partsMoveTheirParentByTheirWeight() throws Exception {
        String id = camel.start("job:start?type=Parent&route=direct:parent", Map.of());
        JobFixture.await().untilAsserted(() -> assertThat(camel.state(id)).extracting("progress.percentage", "progress.message")
                .containsExactly(9.0, "Downloading..."));
        steps.release();
        JobFixture.await().untilAsserted(() -> assertThat(camel.state(id)).extracting("progress.percentage").isEqualTo(91.0));
        steps.release(2);
        camel.awaitStatus(id, "completed");
        assertThat(camel.call("job:list?type=Part&status=completed", null).getMessage().getBody(List.class)).hasSize(3);
    }

    @Test
    void aFailedPartFailsTheParentAndStopsTheOthers() throws Exception {
        String id = camel.start("job:start?type=Parent&route=direct:failing-parent", Map.of());
        camel.awaitStatus(id, "error");
        assertThat(camel.state(id)).containsEntry("error_message", "Job failed: Upload failed: Job failed: the card is gone");
        JobFixture.await().untilAsserted(() -> assertThat(camel.call("job:list?type=Part&status=cancelled", null).getMessage().getBody(List.class))
                .hasSize(1));
    }

    @Test
    void cancellingAParentCancelsItsPartsFirst() throws Exception {
        String id = camel.start("job:start?type=Parent&route=direct:parent", Map.of());
        JobFixture.await().until(() -> camel.call("job:list?type=Part", null).getMessage().getBody(List.class).size() == 1);
        camel.call("job:cancel?jobId=" + id, null);
        assertThat(camel.state(id)).containsEntry("status", "cancelled");
        assertThat((List<Map<String, Object>>) camel.call("job:list?type=Part", null).getMessage().getBody(List.class))
                .extracting("status").containsExactly("cancelled");
    }

    @Test
    void aParentIsCancelledHoweverFastItsPartStops() throws Exception {
        String id = camel.start("job:start?type=Parent&route=direct:brisk-parent", Map.of());
        assertThat(steps.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat(camel.call("job:cancel?jobId=" + id, null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of(id));
        assertThat(camel.state(id)).containsEntry("status", "cancelled").containsEntry("error_message", null);
        assertThat((List<Map<String, Object>>) camel.call("job:list?type=Part", null).getMessage().getBody(List.class))
                .extracting("status").containsExactly("cancelled");
    }

    @Test
    void aCreatedJobIsPendingUntilItIsStartedOrCancelled() throws Exception {
        String id = camel.start("job:create?type=Work&route=direct:work", Map.of("name", "x"));
        assertThat(camel.stored(id)).containsEntry("status", "pending");
        camel.call("job:start?jobId=" + id, null);
        steps.release();
        camel.awaitStatus(id, "completed");
        String other = camel.start("job:create?type=Work&route=direct:work", Map.of("name", "x"));
        camel.call("job:cancel?jobId=" + other, null);
        assertThat(camel.stored(other)).containsEntry("status", "cancelled");
        assertThatThrownBy(() -> camel.call("job:start?type=Work&route=direct:work&jobId=" + other, Map.of()))
                .isInstanceOf(JobException.class).hasMessage("Job " + other + " is cancelled");
    }

    @Test
    void jobsWaitForAThingThatOneCanUseAtATime() throws Exception {
        String first = camel.start("job:start?type=Locked&route=direct:locked", Map.of());
        JobFixture.await().untilAsserted(() -> assertThat(camel.state(first)).extracting("progress.message").isEqualTo("Has the link"));
        String second = camel.start("job:start?type=Locked&route=direct:locked", Map.of());
        JobFixture.await().untilAsserted(() -> assertThat(camel.state(second)).extracting("progress.message").isEqualTo("Waiting for the link"));
        assertThat(camel.state(second)).containsEntry("status", "in_progress");
        camel.call("job:cancel?jobId=" + first, null);
        JobFixture.await().untilAsserted(() -> assertThat(camel.state(second)).extracting("progress.message").isEqualTo("Has the link"));
        steps.release();
        camel.awaitStatus(second, "completed");
        camel.call("job:lock?resource=link&timeout=1000", null);
        camel.call("job:lock?resource=link&timeout=1000", null);
    }

    @Test
    void aStateThatAnotherProgramLeftBehindIsCancelled() throws Exception {
        camel.close();
        try (UnifiedJedis redis = JobFixture.connect(address)) {
            redis.set("job:before", JobState.created("before", "Endless", Map.of()).status(JobStatus.IN_PROGRESS, null).toJson());
        }
        try (JobFixture next = new JobFixture(address, new RouteBuilder() {
            @Override
            public void configure() {
                // only looks and cancels
            }
        })) {
            // what was there at the start has been seen to
            JobFixture.await().until(() -> "error".equals(next.stored("before").get("status")));
            next.redis().set("job:job-old", JobState.created("job-old", "Endless", Map.of()).status(JobStatus.IN_PROGRESS, null).toJson());
            next.redis().set("job:odd", "no state");
            assertThat(next.call("job:cancel?type=Endless", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of("job-old"));
            assertThat(next.stored("job-old")).containsEntry("status", "cancelled");
            assertThat(next.redis().ttl("job:job-old")).isPositive();
            assertThat(next.call("job:cancel?type=Endless", null).getMessage().getBody(Map.class)).containsEntry("cancelled_jobs", List.of());
        }
    }

    @Test
    void whoIsReplacedBeforeItHasBegunGetsAnAnswer() throws Exception {
        String id = camel.start("job:create?type=Work&route=direct:work", Map.of("name", "x"));
        JobRun run = camel.component().registry().run(id).orElseThrow();
        camel.call("job:cancel?jobId=" + id, null);
        // the thread that made it comes to its beginning only now
        camel.component().jobs().start(run);
        assertThat(camel.state(id)).containsEntry("status", "cancelled");
    }

    @Test
    void whoWantsToKnowIsToldOfWhatAnEarlierProgramLeftRunning() throws Exception {
        camel.close();
        try (UnifiedJedis redis = JobFixture.connect(address)) {
            redis.set("job:job-left",
                    JobState.created("job-left", "Sync", Map.of("flight_record_id", "r-1")).status(JobStatus.IN_PROGRESS, null).toJson());
            redis.set("job:job-other", JobState.created("job-other", "Fetch", Map.of()).status(JobStatus.IN_PROGRESS, null).toJson());
        }
        List<Map<String, Object>> told = new CopyOnWriteArrayList<>();
        try (JobFixture next = new JobFixture(address, new RouteBuilder() {
            @Override
            public void configure() {
                from("job:interrupted?type=Sync").process(exchange -> told.add(exchange.getMessage().getBody(Map.class)));
            }
        })) {
            JobFixture.await().until(() -> "error".equals(next.stored("job-left").get("status")) && "error".equals(next.stored("job-other").get("status")));
            JobFixture.await().until(() -> !told.isEmpty());
        }
        assertThat(told).singleElement().satisfies(state -> assertThat(state).containsEntry("job_id", "job-left").containsEntry("status", "error")
                .containsEntry("error_message", "Job failed: interrupted by restart").containsEntry("metadata", Map.of("flight_record_id", "r-1")));
    }

    @Test
    void statisticsAndCleanup() throws Exception {
        String id = camel.start("job:start?type=Failing&route=direct:failing", Map.of());
        camel.awaitStatus(id, "error");
        camel.start("job:start?type=Endless&route=direct:endless", Map.of());
        JobFixture.await().until(() -> "error".equals(camel.stored(id).get("status")));
        assertThat(camel.call("job:statistics", null).getMessage().getBody(Map.class)).containsEntry("total_jobs", 2)
                .containsEntry("active_jobs", 1).containsEntry("by_status", Map.of("error", 1, "in_progress", 1))
                .containsEntry("by_type", Map.of("Endless", 1, "Failing", 1));
        assertThat(camel.call("job:cleanup?maxAgeHours=0", null).getMessage().getBody(Map.class)).containsEntry("cleaned_jobs", List.of(id));
        assertThat(camel.stored(id)).isNull();
    }

    @Test
    void boundsAreReachedAndSaid() throws Exception {
        camel.start("job:start?type=Endless&route=direct:endless", Map.of());
        for (double rate : new double[] {0.09, 10.1, Double.NaN}) {
            assertThatThrownBy(() -> camel.call("job:subscribe?type=Endless&streamId=s&dataRateHz=" + rate, null))
                    .isInstanceOf(JobException.class).hasMessageContaining("0.1 to 10.0 Hz");
        }
        for (int i = 0; i < 1000; i++) {
            camel.call("job:subscribe?type=Endless&dataRateHz=0.1&streamId=${body}", "s" + i);
        }
        assertThatThrownBy(() -> camel.call("job:subscribe?type=Endless&streamId=s", null))
                .isInstanceOf(JobException.class).hasMessageEndingWith("has already 1000 subscribers");
        for (int i = 1; i < 64; i++) {
            camel.start("job:start?type=Endless&route=direct:endless", Map.of());
        }
        assertThatThrownBy(() -> camel.start("job:start?type=Endless&route=direct:endless", Map.of()))
                .isInstanceOf(JobException.class).hasMessage("There are already 64 jobs");
    }
}
