package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.util.TimeUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code dromedary logs}: the flights of a running instance, over the bus. A job goes on when the command line that started it is
 * interrupted.
 */
@Command(name = "logs", mixinStandardHelpOptions = true, subcommands = LogInfoCommand.class, description = "Finds, brings, deletes and clears flight logs, over the bus.")
public final class LogsCommand {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PETAL = "petal-flight-log/";
    private static final double RATE = 2;
    private static final String NOTHING = "404: No flight records found";

    /** The options of every subcommand. */
    static final class Common {
        @Option(names = "--timeout", defaultValue = "30s", description = "Silence after which to give up (default: ${DEFAULT-VALUE}).")
        String timeout;
        @Option(names = "--json", description = "Print one JSON object per line, progress included.")
        boolean json;
        @Option(names = "--mqtt", paramLabel = "URL", description = "The broker; default: DROMEDARY_MQTT_URL, or the instance that runs here.")
        String mqtt;
        @Spec(Spec.Target.MIXEE)
        CommandSpec spec;
    }

    /** What a subcommand does once it is connected. @return whether all went well */
    @FunctionalInterface
    private interface Action {
        boolean run(BusDialogue bus) throws IOException, InterruptedException, Silence;
    }

    /** Nothing was heard for too long. */
    private static final class Silence extends Exception {
        private static final long serialVersionUID = 1L;

        Silence(String message) {
            super(message);
        }
    }

    private final Settings settings;

    /** With the environment of the process. */
    public LogsCommand() {
        this(Settings.ofProcess());
    }

    LogsCommand(Settings settings) {
        this.settings = settings;
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists the flights that are known.")
    int list(@Mixin Common common) {
        return run(common, bus -> {
            Map<String, Object> answer = ask(common, bus, "fetch_existing_flight_records", Map.of());
            if (failed(answer)) {
                if (!String.valueOf(answer.get("message")).contains(NOTHING)) {
                    return complain(common, answer);
                }
                common.spec.commandLine().getErr().println("No flights are known yet; 'dromedary logs fetch' looks for them.");
                return true;
            }
            for (Object record : (Collection<?>) ((Map<?, ?>) answer.get("data")).get("flight_records")) {
                print(common, record, row((Map<?, ?>) record));
            }
            return true;
        });
    }

    private static String row(Map<?, ?> record) {
        return String.format(Locale.ROOT, "%-36s  %-11s  %-24s  %s", record.get("id"), Objects.toString(record.get("sync_job_status"), "-"),
                name(record.get("ulog")), name(record.get("rosbag")));
    }

    private static Object name(Object file) {
        return file instanceof Map<?, ?> map && map.get("file_name") != null ? map.get("file_name") : "-";
    }

    @Command(name = "fetch", mixinStandardHelpOptions = true, description = "Searches for flights: bags here, logs on the autopilot, what is stored.")
    int fetch(@Mixin Common common,
            @Option(names = "--since", paramLabel = "TIME", description = "Begin of the window, ISO-8601.") String since,
            @Option(names = "--until", paramLabel = "TIME", description = "End of the window, ISO-8601.") String until,
            @Option(names = "--base", paramLabel = "DIRECTORY", description = "Directory of logs on the card.") String base,
            @Option(names = "--tolerance", defaultValue = "30", paramLabel = "SECONDS",
                    description = "Between a bag and its log (default: ${DEFAULT-VALUE}).") int tolerance) {
        Map<String, Object> payload = new HashMap<>();
        payload.put("start_time", since);
        payload.put("end_time", until);
        payload.put("base", base);
        payload.put("tolerance_seconds", tolerance);
        return run(common, bus -> job(common, bus, "fetch_flight_records", payload, "subscribe_fetch_flight_records"));
    }

    @Command(name = "sync", mixinStandardHelpOptions = true, description = "Brings the logs and bags of flights to the cloud, one flight after the other.")
    int sync(@Mixin Common common, @Parameters(paramLabel = "ID", arity = "1..*") List<String> records) {
        return run(common, bus -> {
            boolean well = true;
            for (String record : records) {
                well &= job(common, bus, "start_sync_flight_record", Map.of("flight_record_id", record), "subscribe_sync_job_value_stream");
            }
            return well;
        });
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Deletes flights with their files here, on the autopilot and in the cloud.")
    int remove(@Mixin Common common, @Parameters(paramLabel = "ID", arity = "1..*") List<String> records) {
        return run(common, bus -> {
            if (records.size() > 1) {
                return job(common, bus, "bulk_delete_flight_records", Map.of("flight_record_ids", records), "subscribe_bulk_delete_flight_records");
            }
            Map<String, Object> answer = ask(common, bus, "delete_flight_record", Map.of("flight_record_id", records.get(0)));
            return failed(answer) ? complain(common, answer) : tell(common, answer);
        });
    }

    @Command(name = "clear-errors", mixinStandardHelpOptions = true, description = "Removes error logs from the autopilot.")
    int clearErrors(@Mixin Common common,
            @Option(names = "--base", defaultValue = "fs/microsd", description = "Directory on the card (default: ${DEFAULT-VALUE}).") String base,
            @Option(names = "--dry-run", description = "Only look for them.") boolean dryRun) {
        return run(common, bus -> {
            String command = dryRun ? "detect_error_logs" : "clear_error_logs";
            Map<String, Object> answer = ask(common, bus, command, Map.of("base", base));
            if (failed(answer)) {
                return complain(common, answer);
            }
            Map<String, Object> outcome;
            do {
                outcome = heard(common, bus);
            } while (!bus.messageId().equals(outcome.get("messageId")));
            Map<?, ?> content = (Map<?, ?>) outcome.get("payload");
            return failed(content) ? complain(common, content) : tell(common, content);
        });
    }

    @Command(name = "clear", mixinStandardHelpOptions = true, description = "Removes every log from the autopilot.")
    int clear(@Mixin Common common,
            @Option(names = "--base", defaultValue = "fs/microsd/log", description = "Directory on the card (default: ${DEFAULT-VALUE}).") String base) {
        return run(common, bus -> job(common, bus, "clear_all_ulogs", Map.of("base", base), "subscribe_clear_all_ulogs"));
    }

    private int run(Common common, Action action) {
        PrintWriter err = common.spec.commandLine().getErr();
        try (BusDialogue bus = new BusDialogue(common.mqtt, settings, true)) {
            try {
                return action.run(bus) ? ExitCode.DONE : ExitCode.FAILED;
            } catch (Silence e) {
                err.println("dromedary: " + e.getMessage());
                return ExitCode.TIMED_OUT;
            } catch (InterruptedException e) {
                return ExitCode.INTERRUPTED;
            }
        } catch (IOException e) {
            err.println("dromedary: " + e.getMessage() + "; is it running?");
            return ExitCode.UNREACHABLE;
        }
    }

    private static Duration limit(Common common) {
        return TimeUtils.toDuration(common.timeout);
    }

    private static Map<String, Object> ask(Common common, BusDialogue bus, String command, Map<String, Object> payload)
            throws IOException, InterruptedException, Silence {
        Map<String, Object> answer = bus.ask(PETAL + command, payload, limit(common));
        if (answer == null) {
            throw new Silence("no answer to " + command + " within " + common.timeout);
        }
        return answer;
    }

    private static Map<String, Object> heard(Common common, BusDialogue bus) throws InterruptedException, Silence {
        Map<String, Object> message = bus.broadcast(limit(common));
        if (message == null) {
            throw new Silence("nothing was heard for " + common.timeout);
        }
        return message;
    }

    private static boolean failed(Map<?, ?> answer) {
        return "error".equals(answer.get("status"));
    }

    /** Starts a job and shows its stream until it ends. */
    private static boolean job(Common common, BusDialogue bus, String start, Map<String, Object> payload, String subscribe)
            throws IOException, InterruptedException, Silence {
        Map<String, Object> answer = ask(common, bus, start, payload);
        if (failed(answer)) {
            return complain(common, answer);
        }
        Object job = answer.getOrDefault("sync_job_id", answer.get("job_id"));
        Map<String, Object> subscription = Map.of("subscribed_stream_id", job, "data_rate_hz", RATE);
        Map<String, Object> stream = ask(common, bus, subscribe, subscription);
        if (failed(stream)) {
            return complain(common, stream);
        }
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("type", "result");
        end.put("job_id", job);
        if (stream.get("job_state") instanceof Map<?, ?> state) {
            end.put("status", state.get("status"));
            end.put("message", state.get("error_message") != null ? state.get("error_message") : ((Map<?, ?>) state.get("progress")).get("message"));
            ((Map<?, ?>) state.get("metadata")).forEach((name, value) -> end.putIfAbsent(name.toString(), value));
        } else {
            Map<?, ?> last = follow(common, bus, job);
            end.put("status", last.containsKey("status") ? last.get("status") : status(String.valueOf(last.get("message"))));
            last.forEach((name, value) -> end.putIfAbsent(name.toString(), value));
        }
        if (!"completed".equals(end.get("status"))) {
            return complain(common, end);
        }
        // a job over many things completes although some of them failed, which is no success for a script
        Object missed = positive(end.get("total_failed")) ? end.get("total_failed") : end.get("failed");
        if (positive(missed)) {
            end.put("message", "Completed, but " + missed + " failed");
            return complain(common, end);
        }
        return tell(common, end);
    }

    /** How a sync ended: its stream tells that in words only. */
    private static String status(String lastMessage) {
        return lastMessage.equals("Completed successfully") ? "completed" : lastMessage.startsWith("Job failed: ") ? "error" : "cancelled";
    }

    private static boolean positive(Object number) {
        return number instanceof Number some && some.longValue() > 0;
    }

    private static Map<?, ?> follow(Common common, BusDialogue bus, Object job) throws JsonProcessingException, InterruptedException, Silence {
        boolean terminal = !common.json && System.console() != null;
        PrintWriter err = common.spec.commandLine().getErr();
        while (true) {
            Map<String, Object> message = heard(common, bus);
            if (!(message.get("payload") instanceof Map<?, ?> payload) || !job.equals(payload.get("published_stream_id"))
                    || !(payload.get("stream_payload") instanceof Map<?, ?> content)) {
                continue;
            }
            if (common.json) {
                print(common, content, null);
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

    private static boolean tell(Common common, Map<?, ?> outcome) throws JsonProcessingException {
        print(common, outcome, String.valueOf(outcome.get("message")));
        return true;
    }

    private static boolean complain(Common common, Map<?, ?> outcome) throws JsonProcessingException {
        if (common.json) {
            print(common, outcome, null);
        } else {
            common.spec.commandLine().getErr().println("dromedary: " + outcome.get("message"));
        }
        return false;
    }

    private static void print(Common common, Object json, String text) throws JsonProcessingException {
        PrintWriter out = common.spec.commandLine().getOut();
        out.println(common.json ? JSON.writeValueAsString(json) : text);
        out.flush();
    }
}
