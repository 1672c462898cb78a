package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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

    private static final String NOTHING = "404: No flight records found";

    /** The options of every subcommand. */
    static final class Common {
        @Option(names = "--timeout", defaultValue = "30s", description = "Silence after which to give up (default: ${DEFAULT-VALUE}).",
                converter = TimeLimit.Converter.class)
        TimeLimit timeout;
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
        boolean run(LogsDialogue logs) throws IOException, InterruptedException, LogsDialogue.Silence;
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
        return run(common, logs -> {
            Map<String, Object> answer = logs.ask("fetch_existing_flight_records", Map.of());
            if (LogsDialogue.failed(answer)) {
                if (!String.valueOf(answer.get("message")).contains(NOTHING)) {
                    return logs.complain(answer);
                }
                common.spec.commandLine().getErr().println("No flights are known yet; 'dromedary logs fetch' looks for them.");
                return true;
            }
            for (Object record : (Collection<?>) ((Map<?, ?>) answer.get("data")).get("flight_records")) {
                logs.print(record, row((Map<?, ?>) record));
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
        return run(common, logs -> logs.job("fetch_flight_records", payload, "subscribe_fetch_flight_records"));
    }

    @Command(name = "sync", mixinStandardHelpOptions = true, description = "Brings the logs and bags of flights to the cloud, one flight after the other.")
    int sync(@Mixin Common common, @Parameters(paramLabel = "ID", arity = "1..*") List<String> records) {
        return run(common, logs -> {
            boolean well = true;
            for (String record : records) {
                well &= logs.job("start_sync_flight_record", Map.of("flight_record_id", record), "subscribe_sync_job_value_stream");
            }
            return well;
        });
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Deletes flights with their files here, on the autopilot and in the cloud.")
    int remove(@Mixin Common common, @Parameters(paramLabel = "ID", arity = "1..*") List<String> records) {
        return run(common, logs -> {
            if (records.size() > 1) {
                return logs.job("bulk_delete_flight_records", Map.of("flight_record_ids", records), "subscribe_bulk_delete_flight_records");
            }
            Map<String, Object> answer = logs.ask("delete_flight_record", Map.of("flight_record_id", records.get(0)));
            return LogsDialogue.failed(answer) ? logs.complain(answer) : logs.tell(answer);
        });
    }

    @Command(name = "clear-errors", mixinStandardHelpOptions = true, description = "Removes error logs from the autopilot.")
    int clearErrors(@Mixin Common common,
            @Option(names = "--base", defaultValue = "fs/microsd", description = "Directory on the card (default: ${DEFAULT-VALUE}).") String base,
            @Option(names = "--dry-run", description = "Only look for them.") boolean dryRun) {
        return run(common, logs -> {
            String command = dryRun ? "detect_error_logs" : "clear_error_logs";
            Map<String, Object> answer = logs.ask(command, Map.of("base", base));
            if (LogsDialogue.failed(answer)) {
                return logs.complain(answer);
            }
            Map<String, Object> outcome;
            do {
                outcome = logs.heard();
            } while (!logs.messageId().equals(outcome.get("messageId")));
            Map<?, ?> content = (Map<?, ?>) outcome.get("payload");
            return LogsDialogue.failed(content) ? logs.complain(content) : logs.tell(content);
        });
    }

    @Command(name = "clear", mixinStandardHelpOptions = true, description = "Removes every log from the autopilot.")
    int clear(@Mixin Common common,
            @Option(names = "--base", defaultValue = "fs/microsd/log", description = "Directory on the card (default: ${DEFAULT-VALUE}).") String base) {
        return run(common, logs -> logs.job("clear_all_ulogs", Map.of("base", base), "subscribe_clear_all_ulogs"));
    }

    private int run(Common common, Action action) {
        PrintWriter err = common.spec.commandLine().getErr();
        try (BusDialogue bus = new BusDialogue(common.mqtt, settings, true)) {
            try {
                return action.run(new LogsDialogue(common, bus)) ? ExitCode.DONE : ExitCode.FAILED;
            } catch (LogsDialogue.Silence e) {
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
}
