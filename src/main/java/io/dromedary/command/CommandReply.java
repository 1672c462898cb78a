package io.dromedary.command;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds what goes out on the bus: results, errors, delivery acknowledgements and broadcasts. Each method leaves the JSON
 * message as the body and its relative topic in the variable {@code busTopic}, or no topic when nothing is to be sent. The
 * bean {@code commandReply}.
 */
public class CommandReply {

    private static final Logger LOG = LoggerFactory.getLogger(CommandReply.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private CommandDeadlines deadlines;
    private EdgeAccounts accounts;
    private ParkingLot parkingLot;
    private String deviceId = "";
    private String responseTopic = "response";
    private String ackTopic = "ack";
    private String webTopic = "command/web";

    public void setDeadlines(CommandDeadlines deadlines) {
        this.deadlines = deadlines;
    }

    public void setAccounts(EdgeAccounts accounts) {
        this.accounts = accounts;
    }

    public void setParkingLot(ParkingLot parkingLot) {
        this.parkingLot = parkingLot;
    }

    /** What every outgoing message says in {@code deviceId}. */
    public void setDeviceId(String deviceId) {
        this.deviceId = deviceId;
    }

    public void setResponseTopic(String responseTopic) {
        this.responseTopic = responseTopic;
    }

    public void setWebTopic(String webTopic) {
        this.webTopic = webTopic;
    }

    /** Acknowledges that a known command has arrived, before it runs. */
    public void acknowledge(Exchange exchange) {
        Map<String, Object> ack = head(exchange, "ack");
        ack.put("ackType", "service-received");
        ack.put("service", exchange.getVariable(CommandState.PETAL));
        ack.put("timestamp", now());
        send(exchange, ackTopic, ack);
    }

    /**
     * Turns the result of a command's route into its reply. The fields of a map or a JSON object become the reply's, anything else its
     * {@code data}; bytes, streams and files are read as text.
     *
     * @throws IllegalArgumentException if the result begins like a JSON object and is none, or cannot be written as JSON
     */
    public void succeeded(Exchange exchange) {
        exchange.removeVariable(CommandState.BUS_TOPIC);
        boolean silent = !CommandState.is(exchange, CommandState.WAIT_RESPONSE) || CommandState.answersItself(exchange);
        // A result that makes no reply is a failure of the command, which can only be told before it is settled.
        byte[] reply = silent ? null : message(exchange, result(exchange));
        if (!deadlines.settle(exchange)) {
            LOG.warn("Command {} ended after its deadline; its result is dropped", exchange.getVariable(CommandState.COMMAND));
            return;
        }
        if (silent) {
            accounts.answered(exchange);
            return;
        }
        send(exchange, responseTopic, reply);
    }

    private static Map<String, Object> result(Exchange exchange) {
        Map<String, Object> reply = head(exchange, "result");
        reply.put("timestamp", now());
        Map<String, Object> result = CommandResult.fields(exchange.getMessage());
        if (!result.containsKey("status")) {
            reply.put("status", "success");
        }
        reply.putAll(result);
        return reply;
    }

    /** Turns the failure of an exchange into its one outcome: an error reply, or a parked message. */
    public void failed(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        exchange.removeVariable(CommandState.BUS_TOPIC);
        if (!deadlines.settle(exchange)) {
            LOG.debug("Command {} failed after its deadline", exchange.getVariable(CommandState.COMMAND), failure);
            return;
        }
        CommandRefused refusal = failure instanceof CommandRefused refused ? refused : ourFailure(exchange, failure);
        if (refusal.isSilent() || !CommandState.is(exchange, CommandState.WAIT_RESPONSE)) {
            parkingLot.park(exchange, refusal.code(), refusal.getMessage());
            return;
        }
        Map<String, Object> reply = head(exchange, "result");
        reply.put("timestamp", now());
        reply.put("status", "error");
        reply.put("message", refusal == failure || declared(exchange) == null ? text(refusal) : refusal.getMessage());
        reply.put("error_code", refusal.code());
        reply.putAll(refusal.fields());
        send(exchange, responseTopic, reply);
    }

    /** A failure of which the edge tells the sender by itself: settles and counts it, unless its deadline has. */
    public void failedAtEdge(Exchange exchange) {
        if (deadlines.settle(exchange)) {
            accounts.answered(exchange);
        }
    }

    private static CommandRefused ourFailure(Exchange exchange, Throwable failure) {
        LOG.warn("Command {} failed: {}", exchange.getVariable(CommandState.COMMAND), failure.toString());
        LOG.debug("Its stack trace", failure);
        CommandSchemas.Failure declared = declared(exchange);
        if (declared != null) {
            return declared.refusal(failure);
        }
        return new CommandRefused(Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName()));
    }

    /** How the command's schema wants its failures told, or null. */
    private static CommandSchemas.Failure declared(Exchange exchange) {
        return exchange.getVariable(CommandState.FAILURE, CommandSchemas.Failure.class);
    }

    private static String text(CommandRefused refusal) {
        return refusal.code().equals(ErrorCodes.HANDLER_ERROR) ? "Master command handler error: " + refusal.getMessage() : refusal.getMessage();
    }

    /** Completes a broadcast: the body, a map, goes to everybody with our device id in it. */
    public void broadcast(Exchange exchange) {
        send(exchange, webTopic, CommandResult.fields(exchange.getMessage()));
    }

    /** Completes a response that a route sends by itself: the body, a map, for the command of that id; of the exchange's own when it is empty. */
    public void respond(Exchange exchange, String messageId) {
        Map<String, Object> response = head(exchange, "result");
        if (!messageId.isEmpty()) {
            response.put("messageId", messageId);
        }
        response.put("timestamp", now());
        response.putAll(CommandResult.fields(exchange.getMessage()));
        send(exchange, responseTopic, response);
    }

    /** The reply has been delivered. */
    public void delivered(Exchange exchange) {
        accounts.answered(exchange);
    }

    /** The reply could not be delivered. */
    public void undelivered(Exchange exchange) {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        parkingLot.park(exchange, ErrorCodes.REPLY_UNDELIVERED, failure == null ? "unknown" : failure.getMessage());
    }

    private static Map<String, Object> head(Exchange exchange, String phase) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("messageId", exchange.getVariable(CommandState.MESSAGE_ID));
        message.put("phase", phase);
        return message;
    }

    private void send(Exchange exchange, String topic, Map<String, Object> message) {
        send(exchange, topic, message(exchange, message));
    }

    private static void send(Exchange exchange, String topic, byte[] message) {
        exchange.setVariable(CommandState.BUS_TOPIC, topic);
        exchange.getMessage().setBody(message);
    }

    private byte[] message(Exchange exchange, Map<String, Object> fields) {
        fields.put("deviceId", exchange.getVariable(CommandState.DEVICE_ID, deviceId, String.class));
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The result cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Microseconds and {@code Z}, as the public samples write it. */
    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    }
}
