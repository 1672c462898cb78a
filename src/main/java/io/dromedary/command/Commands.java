package io.dromedary.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.IdempotentRepository;

/**
 * Opens and checks commands. The bean {@code commands} of the routes in {@code routes/bus/}; every edge that takes commands
 * uses it through {@code direct:command-run}.
 */
public class Commands implements CamelContextAware {

    private CamelContext context;
    private CommandDirectory directory;
    private CommandSchemas schemas;
    private CommandDeadlines deadlines;
    private EdgeAccounts accounts;
    private IdempotentRepository seen;
    private int maxBytes = 1 << 20;
    private boolean answerForeign;
    private Set<String> exactPetals = Set.of();

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
        this.directory = new CommandDirectory(context);
        this.schemas = new CommandSchemas(context);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    public void setDeadlines(CommandDeadlines deadlines) {
        this.deadlines = deadlines;
    }

    public void setAccounts(EdgeAccounts accounts) {
        this.accounts = accounts;
    }

    /** Remembers message ids; the reference remembers the last 1,000. */
    public void setSeen(IdempotentRepository seen) {
        this.seen = seen;
    }

    /** Largest message in bytes; a larger one is refused. */
    public void setMaxBytes(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether a command of a petal that we do not have is answered; otherwise it is left to others on the same topic. */
    public void setAnswerForeign(boolean answerForeign) {
        this.answerForeign = answerForeign;
    }

    /** Petals, separated by commas, whose refusals have the fields of the reference and no other. */
    public void setExactPetals(String petals) {
        this.exactPetals = Set.of(petals.split(","));
    }

    /**
     * Reads the envelope, drops a repeated message, and looks the command up. Afterwards the variables of
     * {@link CommandState} are set and the body is the payload.
     *
     * @throws CommandRefused if the message is not a command that runs here
     */
    public void open(Exchange exchange) throws CommandRefused {
        accounts.received(exchange);
        Object body = exchange.getMessage().getBody();
        Map<String, Object> envelope = tooLarge(body) ? Envelope.readHead((byte[]) body) : Envelope.read(body);
        exchange.setVariable(CommandState.MESSAGE_ID, envelope.getOrDefault("messageId", "unknown"));
        exchange.setVariable(CommandState.WAIT_RESPONSE, Envelope.truthy(envelope.get("waitResponse")));
        exchange.setVariable(CommandState.WAIT_ACK, Envelope.truthy(envelope.get("waitAck")));
        if (tooLarge(body)) {
            throw new CommandRefused(ErrorCodes.MESSAGE_TOO_LARGE,
                    "Message of " + ((byte[]) body).length + " bytes is larger than the " + maxBytes + " bytes that are accepted");
        }
        refuseRepeated(envelope.get("messageId"));
        Route route = lookUp(exchange, envelope.getOrDefault("command", ""));
        exchange.setVariable(CommandState.CPU_HEAVY, "cpu-heavy".equals(route.getGroup()));
        // What is left out is empty; null is what the sender wrote.
        exchange.getMessage().setBody(envelope.containsKey("payload") ? envelope.get("payload") : new LinkedHashMap<>());
        deadlines.start(exchange);
    }

    private boolean tooLarge(Object body) {
        return body instanceof byte[] bytes && bytes.length > maxBytes;
    }

    private void refuseRepeated(Object messageId) throws CommandRefused {
        if (Envelope.truthy(messageId) && !seen.add(messageId.toString())) {
            throw CommandRefused.silently(ErrorCodes.DUPLICATE, "message " + messageId + " has been here before");
        }
    }

    private Route lookUp(Exchange exchange, Object command) throws CommandRefused {
        if (!(command instanceof String name)) {
            throw new CommandRefused(Envelope.notAText(command));
        }
        String petal = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
        exchange.setVariable(CommandState.COMMAND, name);
        exchange.setVariable(CommandState.PETAL, petal);
        Optional<Route> route = directory.find(name);
        if (route.isPresent()) {
            return route.get();
        }
        List<String> available = directory.commandsOf(petal);
        if (available.isEmpty() && !answerForeign) {
            throw CommandRefused.silently(ErrorCodes.NOT_FOR_US, "no command of '" + petal + "' runs here");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("available_commands", available.isEmpty() ? directory.names() : available);
        List<String> near = exactPetals.contains(petal) ? List.of() : directory.near(name);
        if (!near.isEmpty()) {
            fields.put("nearest_commands", near);
        }
        throw new CommandRefused(ErrorCodes.UNKNOWN_COMMAND, "Unknown command: " + name, fields);
    }

    /**
     * Checks the payload against the command's schema; one with {@code x-lenient} also completes it. From now on the current thread runs the command.
     *
     * @throws CommandRefused with every finding
     */
    public void begin(Exchange exchange) throws CommandRefused {
        Optional<Route> route = directory.find(CommandState.text(exchange, CommandState.COMMAND));
        if (route.isPresent()) {
            CommandSchemas.Rules rules = schemas.rules(route.get());
            exchange.setVariable(CommandState.FAILURE, rules.failure());
            exchange.getMessage().setBody(rules.check(exchange.getMessage().getBody()));
        }
        deadlines.running(exchange);
    }

    /** Full names of all commands that run now, sorted. */
    public List<String> names() {
        return directory.names();
    }

    /** The running route of a command, by its full name {@code petal/command}. */
    public Optional<Route> route(String name) {
        return directory.find(name);
    }
}
