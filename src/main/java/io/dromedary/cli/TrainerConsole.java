package io.dromedary.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

import io.dromedary.trainer.MalformedMessageException;
import io.dromedary.trainer.PythonJson;
import io.dromedary.trainer.TrainerDevices;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.builder.RouteBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary trainer console}: sends commands to a device and shows its events as they come. */
@Command(name = "console", mixinStandardHelpOptions = true,
        description = {"Sends commands to a device and shows what it publishes. Without COMMAND it asks for them, one a line:",
            "  start, stop, emergency-stop, emergency-resume, configuration, status, or a number; arguments as JSON behind it",
            "  custom NAME [JSON]      a user-defined command", "  an empty line           the last one again", "  q                       ends it"})
final class TrainerConsole implements Callable<Integer> {

    private static final List<String> ROUTES = List.of("errors", "auto-trainer/codec", "auto-trainer/management-client");

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "One command to send, then end.")
    private List<String> command = List.of();
    @Option(names = "--device", paramLabel = "HOST[:EVENTS[:COMMANDS]]", description = "The device (default: ${DEFAULT-VALUE}).",
            defaultValue = "127.0.0.1:5556:5557")
    private String device;
    @Option(names = "--timeout", description = "How long to wait for a reply, and for a late result (default: ${DEFAULT-VALUE}).", defaultValue = "10s",
            converter = TimeLimit.Converter.class)
    private TimeLimit timeout;
    @Option(names = "--no-events", description = "Show replies only.")
    private boolean noEvents;
    @Option(names = "--json", description = "Print each reply and each event as one line of JSON.")
    private boolean json;
    @Spec
    private CommandSpec spec;

    private TrainerPrompt prompt;
    private int exitCode = ExitCode.DONE;

    @Override
    public Integer call() throws Exception {
        String millis = Long.toString(timeout.duration().toMillis());
        checkDevice();
        Map<String, String> settings = Map.of("trainer.devices", "device=" + device, "trainer.request-timeout", millis,
                "trainer.result-timeout", millis);
        try (TrainerContext context = new TrainerContext(ROUTES, settings)) {
            if (!command.isEmpty()) {
                send(context.camel(), String.join(" ", command));
                return exitCode;
            }
            try (TrainerPrompt input = new TrainerPrompt("console", "start", "stop", "emergency-stop", "emergency-resume", "configuration",
                    "status", "custom", "quit")) {
                prompt = input;
                if (!noEvents) {
                    context.camel().addRoutes(new Events());
                }
                ask(context.camel());
                return ExitCode.DONE;
            }
        }
    }

    private void checkDevice() {
        try {
            new TrainerDevices("device=" + device);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Not a device: '" + device + "' (host:events port:commands port)", e);
        }
    }

    private void ask(CamelContext camel) {
        String last = "";
        while (true) {
            String line = prompt.read(json ? "" : "Enter command (?=help, enter='" + last + "'): ");
            if (line == null || line.trim().equals("q") || line.trim().equals("quit")) {
                return;
            }
            last = line.isEmpty() ? last : line;
            String typed = last.trim();
            if (typed.isEmpty()) {
                print("empty command, please type a command or ?");
            } else if (typed.equals("?")) {
                spec.commandLine().usage(spec.commandLine().getOut());
            } else {
                send(camel, typed);
            }
        }
    }

    private void send(CamelContext camel, String line) {
        String[] words = line.split("\\s+", 2);
        if (line.equals("custom")) {
            fail(ExitCode.USAGE, "a custom command needs a name or a number");
            return;
        }
        String[] custom = words.length > 1 && words[0].equals("custom") ? words[1].split("\\s+", 2) : null;
        String arguments = custom == null ? words.length > 1 ? words[1] : null : custom.length > 1 ? custom[1] : null;
        try {
            Object data = arguments == null ? null : PythonJson.read(arguments);
            Exchange exchange = camel.createFluentProducerTemplate().to("direct:trainer-device-command-result").withProcessor(e -> {
                e.setPattern(ExchangePattern.InOut);
                e.setVariable("device", "device");
                e.setVariable("command", words[0]);
                e.setVariable("customCommand", custom == null ? null : custom[0].matches("-?\\d{1,9}") ? Integer.valueOf(custom[0]) : custom[0]);
                e.getMessage().setBody(data);
            }).send();
            if (exchange.getException() != null) {
                explain(exchange);
                return;
            }
            String reply = PythonJson.write(exchange.getMessage().getBody(), PythonJson.Style.PYTHON);
            print(json ? "{\"reply\": " + reply + "}" : "Received reply: " + reply);
        } catch (MalformedMessageException e) {
            fail(ExitCode.USAGE, e.getMessage());
        }
    }

    private void explain(Exchange exchange) {
        if (exchange.getException(IllegalArgumentException.class) != null) {
            fail(ExitCode.USAGE, exchange.getException(IllegalArgumentException.class).getMessage());
        } else if (exchange.getException(ExchangeTimedOutException.class) != null) {
            fail(ExitCode.UNREACHABLE, "no answer from " + device + " in " + timeout);
        } else if (exchange.getException(TimeoutException.class) != null) {
            fail(ExitCode.TIMED_OUT, exchange.getException(TimeoutException.class).getMessage());
        } else {
            fail(ExitCode.FAILED, exchange.getException().getMessage());
        }
    }

    private void fail(int code, String message) {
        exitCode = code;
        spec.commandLine().getErr().println("dromedary: " + message);
    }

    private void print(String line) {
        if (prompt != null) {
            prompt.show(line);
        } else {
            spec.commandLine().getOut().println(line);
        }
    }

    /** Shows what the device publishes above the line that is being typed. */
    private final class Events extends RouteBuilder {
        @Override
        public void configure() {
            from("seda:trainer-message?size={{trainer.message-queue}}").routeId("console-events").process(exchange -> {
                Map<String, Object> event = new LinkedHashMap<>();
                event.put("topic", exchange.getVariable("topic"));
                event.put("message", text(exchange.getMessage().getBody()));
                print(json ? PythonJson.write(event, PythonJson.Style.PYTHON)
                        : exchange.getVariable("topic") + " " + PythonJson.write(event.get("message"), PythonJson.Style.PYTHON));
            });
        }
    }

    private static Object text(Object body) {
        return body instanceof byte[] bytes ? java.util.HexFormat.of().formatHex(bytes) : body;
    }
}
