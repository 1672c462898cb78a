package io.dromedary.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.dromedary.trainer.CommandTicket;
import io.dromedary.trainer.MalformedMessageException;
import io.dromedary.trainer.PythonJson;
import io.dromedary.trainer.TrainerDevice;
import io.dromedary.trainer.TrainerTopic;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.RoutePolicySupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dromedary trainer serve}: stands in for a device, to try remote applications without one. */
@Command(name = "serve", mixinStandardHelpOptions = true,
        description = {"Stands in for a device: beats, answers commands, and publishes what is typed:",
            "  event KIND [CONTEXT]    an event, with its context as JSON",
            "  property JSON           a property change",
            "  publish TOPIC JSON      anything, on a topic by number or name",
            "  an empty line or quit   ends it"})
final class TrainerServe implements Callable<Integer> {

    private static final List<String> ROUTES = List.of("errors", "auto-trainer/codec", "auto-trainer/device-service",
            "auto-trainer/commands/get-configuration", "auto-trainer/commands/get-status");
    private static final String RUNS = "trainer-command-run";
    private static final int[] SEEN = {0, 100, 110, 200, 210, 99999};

    @Option(names = "--events-port", description = "Where events are published (default: TRAINER_SUBSCRIBER_PORT, 5556).")
    private Integer eventsPort;
    @Option(names = "--commands-port", description = "Where commands are taken (default: TRAINER_COMMAND_PORT, 5557).")
    private Integer commandsPort;
    @Option(names = "--identifier", description = "Our name in heartbeats (default: TRAINER_IDENTIFIER).")
    private String identifier;
    @Option(names = "--compatible", description = "Damage values as auto-trainer-api 0.9.7 does, to the byte.")
    private boolean compatible;
    @Option(names = "--json", description = "Print each command received as one line of JSON.")
    private boolean json;
    @Spec
    private CommandSpec spec;

    private TrainerPrompt prompt;

    @Override
    public Integer call() throws Exception {
        Map<String, String> settings = new HashMap<>();
        put(settings, "trainer.subscriber-port", eventsPort);
        put(settings, "trainer.command-port", commandsPort);
        put(settings, "trainer.identifier", identifier);
        put(settings, "trainer.values", compatible ? "compatible" : null);
        try (TrainerPrompt input = new TrainerPrompt("serve", "event", "property", "publish", "quit");
                TrainerContext context = new TrainerContext(ROUTES, settings, (camel, route, node) -> route.equals(RUNS) ? new Shown() : null)) {
            prompt = input;
            context.camel().addRoutes(new Answers());
            ProducerTemplate template = context.camel().createProducerTemplate();
            if (!json) {
                input.show("Press enter to stop the service...");
            }
            String ask = json || !input.interactive() ? "" : "> ";
            String line = input.read(ask);
            while (line != null && !line.isBlank() && !line.trim().equals("quit")) {
                publish(template, context.camel().getRegistry().lookupByNameAndType("trainerDevice", TrainerDevice.class), line.trim());
                line = input.read(ask);
            }
            return ExitCode.DONE;
        }
    }

    private static void put(Map<String, String> settings, String name, Object value) {
        if (value != null) {
            settings.put(name, value.toString());
        }
    }

    /** As the reference's application: two fixed records, and "seen" for all else. */
    private final class Answers extends RouteBuilder {
        @Override
        public void configure() {
            for (int command : SEEN) {
                from("direct:trainer-command/" + command).routeId("serve-" + command)
                        .process(exchange -> exchange.getMessage().setBody(Map.of("seen", true)));
            }
        }
    }

    /** Shows each command before its route runs, whichever that is. */
    private final class Shown extends RoutePolicySupport {
        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            show(exchange.getVariable("ticket", CommandTicket.class));
        }
    }

    private void show(CommandTicket ticket) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("command", ticket.getRequest().sentCommand());
            line.put("custom_command", ticket.getRequest().customCommand());
            line.put("nonce", ticket.getNonce());
            line.put("data", ticket.getData());
            prompt.show(PythonJson.write(line, PythonJson.Style.PYTHON));
        } else {
            prompt.show("Received command request: " + ticket.getCommand());
        }
    }

    private void publish(ProducerTemplate template, TrainerDevice device, String line) {
        PrintWriter err = spec.commandLine().getErr();
        try {
            String[] words = line.split("\\s+", 3);
            switch (words[0]) {
                case "event" -> template.sendBody("direct:trainer-event",
                        device.event(kind(words[1]), words.length > 2 ? PythonJson.read(words[2]) : null));
                case "property" -> template.sendBody("direct:trainer-property-change", PythonJson.read(line.substring("property".length())));
                case "publish" -> {
                    long topic = TrainerTopic.of(words[1]);
                    Object body = PythonJson.read(words[2]);
                    Exchange published = template.send("direct:trainer-publish", exchange -> {
                        exchange.setVariable("topic", topic);
                        exchange.getMessage().setBody(body);
                    });
                    CamelExecutionException.wrapCamelExecutionException(published, published.getException());
                }
                default -> err.println("dromedary: unknown input '" + words[0] + "': event, property, publish or quit");
            }
        } catch (MalformedMessageException | IllegalArgumentException e) {
            err.println("dromedary: " + e.getMessage());
        } catch (CamelExecutionException e) {
            err.println("dromedary: " + e.getCause().getMessage());
        } catch (ArrayIndexOutOfBoundsException e) {
            err.println("dromedary: something is missing in '" + line + "'; see dromedary trainer serve --help");
        }
    }

    private static int kind(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Not the number of an event: " + word, e);
        }
    }
}
