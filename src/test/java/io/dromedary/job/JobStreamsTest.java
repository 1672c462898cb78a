package io.dromedary.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of messages when sending takes its time. */
class JobStreamsTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final JobStreams streams = new JobStreams(timer, 10);
    private final JobRun run = new JobRun(new JobPlan("job-1", "Work", "", "direct:work", null, false, null, 0, null), 1,
            JobState.created("job-1", "Work", Map.of()).status(JobStatus.IN_PROGRESS, null), false, null);
    private final List<Map<String, Object>> sent = new CopyOnWriteArrayList<>();
    private final List<Runnable> underWay = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void theLastMessagesLeaveInTheOrderOfSubscription() throws Exception {
        streams.add(new SlowFor("older"), List.of());
        open("older", "newer", "newest");
        assertThat(underWay).hasSize(1);

        end();
        assertThat(lastMessages()).isEmpty();

        underWay.get(0).run();
        JobFixture.await().untilAsserted(() -> assertThat(lastMessages()).containsExactly("older", "newer", "newest"));
        assertThat(streams.count("job-1")).isZero();
    }

    @Test
    void whoUnsubscribesDoesNotHoldUpTheOthers() throws Exception {
        streams.add(new SlowFor("older"), List.of());
        open("older", "newer");
        end();

        streams.unsubscribe("job-1", "older");
        JobFixture.await().untilAsserted(() -> assertThat(lastMessages()).containsExactly("newer"));
    }

    private void open(String... ids) throws Exception {
        for (String id : ids) {
            // their second turn is 10 s away
            streams.subscribe(run, id, JobStreams.MIN_RATE).open();
        }
        JobFixture.await().until(() -> sent.size() == ids.length);
        afterTurns();
    }

    private void end() throws Exception {
        run.finish(run.state().status(JobStatus.COMPLETED, null));
        streams.ended(run);
        afterTurns();
    }

    /** What the only thread had to do before is done. */
    private void afterTurns() throws Exception {
        timer.submit(() -> { }).get();
    }

    private List<Object> lastMessages() {
        return sent.stream().filter(message -> Boolean.TRUE.equals(message.get("completed"))).map(message -> message.get("published_stream_id"))
                .toList();
    }

    /** Takes the first message of one stream without an end. */
    private final class SlowFor implements JobSink {

        private final String stream;

        private SlowFor(String stream) {
            this.stream = stream;
        }

        @Override
        public boolean wants(String type) {
            return true;
        }

        @Override
        public double rate() {
            return 0;
        }

        @Override
        public void send(Map<String, Object> message, Runnable done) {
            sent.add(message);
            if (stream.equals(message.get("published_stream_id")) && underWay.isEmpty()) {
                underWay.add(done);
            } else {
                done.run();
            }
        }
    }
}
