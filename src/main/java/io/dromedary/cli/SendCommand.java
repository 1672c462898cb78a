package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary send <command> [payload]}: sends one command over the bus and prints the answer. */
@Command(name = "send", mixinStandardHelpOptions = true,
        description = "Sends a command over MQTT and waits for its answer.")
final class SendCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(index = "0", paramLabel = "COMMAND", description = "Full name, such as dromedary/health.")
    private String command;
    @Parameters(index = "1", arity = "0..1", paramLabel = "PAYLOAD", description = "JSON; default: {}")
    private String payload = "{}";
    @Option(names = "--timeout", description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).", defaultValue = "30s",
            converter = TimeLimit.Converter.class)
    private TimeLimit timeout;
    @Option(names = "--follow", description = "Then show the job that the command started until it ends.")
    private boolean follow;
    @Option(names = "--json", description = "Print each message as one line of JSON.")
    private boolean json;
    @Option(names = "--mqtt", paramLabel = "URL", description = "The broker; default: DROMEDARY_MQTT_URL, or the instance that runs here.")
    private String mqtt;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Object content = payload();
        Duration limit = timeout.duration();
        try (BusDialogue bus = connect()) {
            if (bus == null) {
                return ExitCode.UNREACHABLE;
            }
            Map<String, Object> answer = bus.ask(command, content, limit);
            if (answer == null) {
                err().println("dromedary: no answer to " + command + " within " + timeout);
                return ExitCode.TIMED_OUT;
            }
            print(answer);
            if ("error".equals(answer.get("status"))) {
                return ExitCode.FAILED;
            }
            Object job = answer.getOrDefault("job_id", answer.get("sync_job_id"));
            return follow && job != null ? followJob(bus, job.toString(), limit) : ExitCode.DONE;
        }
    }

    private BusDialogue connect() {
        try {
            return new BusDialogue(mqtt, Settings.ofProcess(), follow);
        } catch (IOException e) {
            err().println("dromedary: " + e.getMessage() + "; is it running?");
            return null;
        }
    }

    private Object payload() {
        try {
            return JSON.readValue(payload, Object.class);
        } catch (JsonProcessingException e) {
            throw new ParameterException(spec.commandLine(), "PAYLOAD is not JSON: " + e.getOriginalMessage());
        }
    }

    /** Shows broadcasts that name the job until one of them says that it is completed. Silence for the time-out ends it too. */
    private Integer followJob(BusDialogue bus, String job, Duration limit) throws InterruptedException, JsonProcessingException {
        while (true) {
            Map<String, Object> message = bus.broadcast(limit);
            if (message == null) {
                err().println("dromedary: nothing was heard of job " + job + " for " + timeout);
                return ExitCode.TIMED_OUT;
            }
            if (!(message.get("payload") instanceof Map<?, ?> content) || !content.containsValue(job)) {
                continue;
            }
            if (json) {
                out().println(JSON.writeValueAsString(message));
                out().flush();
            } else {
                ProgressBar.show(err(), content);
            }
            if (Boolean.TRUE.equals(content.get("completed"))) {
                err().println();
                return "error".equals(content.get("type")) ? ExitCode.FAILED : ExitCode.DONE;
            }
        }
    }

    private void print(Map<String, Object> answer) throws JsonProcessingException {
        out().println(json ? JSON.writeValueAsString(answer) : JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
