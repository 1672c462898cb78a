package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What {@link LogsCommand} asks the flight logs over the bus, what it hears of their jobs, and how it shows that. */
final class LogsDialogue {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PETAL = "petal-flight-log/";
    /** Progress messages a second. */
    private static final double RATE = 2;

    /** Nothing was heard for too long. */
    static final class Silence extends Exception {
        private static final long serialVersionUID = 1L;

        Silence(String message) {
            super(message);
        }
    }

    private final LogsCommand.Common common;
    private final BusDialogue bus;
    private final Duration limit;

    LogsDialogue(LogsCommand.Common common, BusDialogue bus) {
        this.common = common;
        this.bus = bus;
        this.limit = common.timeout.duration();
    }

    /** The id of the last message that was sent. */
    String messageId() {
        return bus.messageId();
    }

    /** Calls a command of the petal; returns its answer, also one that says that it failed. */
    Map<String, Object> ask(String command, Map<String, Object> payload) throws IOException, InterruptedException, Silence {
        Map<String, Object> answer = bus.ask(PETAL + command, payload, limit);
        if (answer == null) {
            throw new Silence("no answer to " + command + " within " + common.timeout);
        }
        return answer;
    }

    /** The next broadcast. */
    Map<String, Object> heard() throws InterruptedException, Silence {
        Map<String, Object> message = bus.broadcast(limit);
        if (message == null) {
            throw new Silence("nothing was heard for " + common.timeout);
        }
        return message;
    }

    /** Whether an answer or an outcome tells of a failure. */
    static boolean failed(Map<?, ?> answer) {
        return "error".equals(answer.get("status"));
    }

    /** Starts a job and shows its stream until it ends; returns whether it, and all that it did, went well. */
    boolean job(String start, Map<String, Object> payload, String subscribe) throws IOException, InterruptedException, Silence {
        Map<String, Object> answer = ask(start, payload);
        if (failed(answer)) {
            return complain(answer);
        }
        Object job = answer.getOrDefault("sync_job_id", answer.get("job_id"));
        Map<String, Object> subscription = Map.of("subscribed_stream_id", job, "data_rate_hz", RATE);
        Map<String, Object> stream = ask(subscribe, subscription);
        if (failed(stream)) {
            return complain(stream);
        }
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("type", "result");
        end.put("job_id", job);
        if (stream.get("job_state") instanceof Map<?, ?> state) {
            end.put("status", state.get("status"));
            end.put("message", state.get("error_message") != null ? state.get("error_message") : ((Map<?, ?>) state.get("progress")).get("message"));
            ((Map<?, ?>) state.get("metadata")).forEach((name, value) -> end.putIfAbsent(name.toString(), value));
        } else {
            Map<?, ?> last = follow(job);
            end.put("status", last.containsKey("status") ? last.get("status") : status(String.valueOf(last.get("message"))));
            last.forEach((name, value) -> end.putIfAbsent(name.toString(), value));
        }
        if (!"completed".equals(end.get("status"))) {
            return complain(end);
        }
        // a job over many things completes although some of them failed, which is no success for a script
        Object missed = positive(end.get("total_failed")) ? end.get("total_failed") : end.get("failed");
        if (positive(missed)) {
            end.put("message", "Completed, but " + missed + " failed");
            return complain(end);
        }
        return tell(end);
    }

    /** How a sync ended: its stream tells that in words only. */
    private static String status(String lastMessage) {
        return lastMessage.equals("Completed successfully") ? "completed" : lastMessage.startsWith("Job failed: ") ? "error" : "cancelled";
    }

    private static boolean positive(Object number) {
        return number instanceof Number some && some.longValue() > 0;
    }

    private Map<?, ?> follow(Object job) throws JsonProcessingException, InterruptedException, Silence {
        boolean terminal = !common.json && System.console() != null;
        PrintWriter err = common.spec.commandLine().getErr();
        while (true) {
            Map<String, Object> message = heard();
            if (!(message.get("payload") instanceof Map<?, ?> payload) || !job.equals(payload.get("published_stream_id"))
                    || !(payload.get("stream_payload") instanceof Map<?, ?> content)) {
                continue;
            }
            if (common.json) {
                print(content, null);
            } else if (terminal) {
                ProgressBar.show(err, content);
            }
            if (Boolean.TRUE.equals(content.get("completed"))) {
                if (terminal) {
                    err.println();
                }
                return content;
            }
        }
    }

    /** Shows an outcome; returns true. */
    boolean tell(Map<?, ?> outcome) throws JsonProcessingException {
        print(outcome, String.valueOf(outcome.get("message")));
        return true;
    }

    /** Shows a failure; returns false. */
    boolean complain(Map<?, ?> outcome) throws JsonProcessingException {
        if (common.json) {
            print(outcome, null);
        } else {
            common.spec.commandLine().getErr().println("dromedary: " + outcome.get("message"));
        }
        return false;
    }

    /** Prints one line: the object with {@code --json}, otherwise the text. */
    void print(Object json, String text) throws JsonProcessingException {
        PrintWriter out = common.spec.commandLine().getOut();
        out.println(common.json ? JSON.writeValueAsString(json) : text);
        out.flush();
    }
}
