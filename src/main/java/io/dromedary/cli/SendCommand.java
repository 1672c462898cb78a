package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.util.TimeUtils;
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
    private static final int QUEUE = 1_000;
    private static final int BAR = 30;

    @Parameters(index = "0", paramLabel = "COMMAND", description = "Full name, such as dromedary/health.")
    private String command;
    @Parameters(index = "1", arity = "0..1", paramLabel = "PAYLOAD", description = "JSON; default: {}")
    private String payload = "{}";
    @Option(names = "--timeout", description = "How long to wait for the answer (default: ${DEFAULT-VALUE}).", defaultValue = "30s")
    private String timeout;
    @Option(names = "--follow", description = "Then show the job that the command started until it ends.")
    private boolean follow;
    @Option(names = "--json", description = "Print each message as one line of JSON.")
    private boolean json;
    @Option(names = "--mqtt", paramLabel = "URL", description = "The broker; default: DROMEDARY_MQTT_URL, or the instance that runs here.")
    private String mqtt;
    @Spec
    private CommandSpec spec;

    private final String messageId = UUID.randomUUID().toString();
    private final BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>(QUEUE);
    private final BlockingQueue<Map<String, Object>> broadcasts = new LinkedBlockingQueue<>(QUEUE);

    @Override
    public Integer call() throws Exception {
        Object content = payload();
        Settings environment = Settings.ofProcess();
        Identity identity = Identity.read(environment);
        try (BusClient bus = new BusClient(mqtt, environment)) {
            try {
                bus.connect();
                bus.subscribe(identity.topicPrefix() + environment.value("PETAL_RESPONSE_TOPIC", "response"), 1, this::answer);
                if (follow) {
                    bus.subscribe(identity.topicPrefix() + environment.value("PETAL_COMMAND_WEB_TOPIC", "command/web"), 1, this::broadcast);
                }
            } catch (IOException e) {
                err().println("dromedary: " + e.getMessage() + "; is it running?");
                return ExitCode.UNREACHABLE;
            }
            bus.publish(identity.topicPrefix() + environment.value("PETAL_COMMAND_EDGE_TOPIC", "command/edge"), 1, envelope(identity, content));
            return awaitAnswer();
        }
    }

    private Object payload() {
        try {
            return JSON.readValue(payload, Object.class);
        } catch (JsonProcessingException e) {
            throw new ParameterException(spec.commandLine(), "PAYLOAD is not JSON: " + e.getOriginalMessage());
        }
    }

    private Map<String, Object> envelope(Identity identity, Object content) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("waitResponse", true);
        envelope.put("messageId", messageId);
        envelope.put("deviceId", identity.deviceId());
        envelope.put("command", command);
        envelope.put("timestamp", Instant.now().toString());
        envelope.put("payload", content);
        return envelope;
    }

    private void answer(Mqtt5Publish message) {
        Map<String, Object> answer = read(message);
        if (messageId.equals(answer.get("messageId"))) {
            answers.offer(answer);
        }
    }

    private void broadcast(Mqtt5Publish message) {
        broadcasts.offer(read(message));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(Mqtt5Publish message) {
        try {
            return JSON.readValue(message.getPayloadAsBytes(), Map.class);
        } catch (IOException e) {
            return Map.of();
        }
    }

    private Integer awaitAnswer() throws Exception {
        Duration limit = TimeUtils.toDuration(timeout);
        Map<String, Object> answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null) {
            err().println("dromedary: no answer to " + command + " within " + timeout);
            return ExitCode.TIMED_OUT;
        }
        print(answer);
        if ("error".equals(answer.get("status"))) {
            return ExitCode.FAILED;
        }
        Object job = answer.getOrDefault("job_id", answer.get("sync_job_id"));
        return follow && job != null ? followJob(job.toString(), limit) : ExitCode.DONE;
    }

    /** Shows broadcasts that name the job until one of them says that it is completed. Silence for the time-out ends it too. */
    private Integer followJob(String job, Duration limit) throws InterruptedException, JsonProcessingException {
        while (true) {
            Map<String, Object> message = broadcasts.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
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
                bar(content);
            }
            if (Boolean.TRUE.equals(content.get("completed"))) {
                err().println();
                return "error".equals(content.get("type")) ? ExitCode.FAILED : ExitCode.DONE;
            }
        }
    }

    private void bar(Map<?, ?> content) {
        double percent = content.get("progress") instanceof Number number ? Math.max(0, Math.min(100, number.doubleValue())) : 0;
        int filled = (int) Math.round(percent / 100 * BAR);
        err().printf("\r[%s%s] %5.1f %%  %-50.50s", "#".repeat(filled), ".".repeat(BAR - filled), percent, content.get("message"));
        err().flush();
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
