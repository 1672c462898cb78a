package io.dromedary.command;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
    public void acknowledge(Exchange exchange) throws JsonProcessingException {
        Map<String, Object> ack = head(exchange, "ack");
        ack.put("ackType", "service-received");
        ack.put("service", exchange.getVariable(CommandState.PETAL));
        ack.put("timestamp", now());
        send(exchange, ackTopic, ack);
    }

    /** Turns the result of a command's route into its reply. A map's fields become the reply's, anything else its {@code data}. */
    public void succeeded(Exchange exchange) throws JsonProcessingException {
        exchange.removeVariable(CommandState.BUS_TOPIC);
        if (!deadlines.settle(exchange)) {
            LOG.warn("Command {} ended after its deadline; its result is dropped", exchange.getVariable(CommandState.COMMAND));
            return;
        }
        if (!CommandState.is(exchange, CommandState.WAIT_RESPONSE) || CommandState.answersItself(exchange)) {
            accounts.answered(exchange);
            return;
        }
        Map<String, Object> reply = head(exchange, "result");
        reply.put("timestamp", now());
        Map<String, Object> result = fields(exchange.getMessage().getBody());
        if (!result.containsKey("status")) {
            reply.put("status", "success");
        }
        reply.putAll(result);
        send(exchange, responseTopic, reply);
    }

    /** Turns the failure of an exchange into its one outcome: an error reply, or a parked message. */
    public void failed(Exchange exchange) throws JsonProcessingException {
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
    public void broadcast(Exchange exchange) throws JsonProcessingException {
        send(exchange, webTopic, fields(exchange.getMessage().getBody()));
    }

    /** Completes a response that a route sends by itself: the body, a map, for the command of that id; of the exchange's own when it is empty. */
    public void respond(Exchange exchange, String messageId) throws JsonProcessingException {
        Map<String, Object> response = head(exchange, "result");
        if (!messageId.isEmpty()) {
            response.put("messageId", messageId);
        }
        response.put("timestamp", now());
        response.putAll(fields(exchange.getMessage().getBody()));
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

    private Map<String, Object> head(Exchange exchange, String phase) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("messageId", exchange.getVariable(CommandState.MESSAGE_ID));
        message.put("phase", phase);
        return message;
    }

    private void send(Exchange exchange, String topic, Map<String, Object> message) throws JsonProcessingException {
        message.put("deviceId", exchange.getVariable(CommandState.DEVICE_ID, deviceId, String.class));
        exchange.setVariable(CommandState.BUS_TOPIC, topic);
        exchange.getMessage().setBody(JSON.writeValueAsBytes(message));
    }

    private static Map<String, Object> fields(Object result) throws JsonProcessingException {
        Object value = result instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : result;
        if (value instanceof String text && text.startsWith("{")) {
            value = JSON.readTree(text);
        }
        if (value instanceof JsonNode node) {
            value = JSON.convertValue(node, Object.class);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, field) -> fields.put(String.valueOf(key), field));
        } else if (value != null) {
            fields.put("data", value);
        }
        return fields;
    }

    /** Microseconds and {@code Z}, as the public samples write it. */
    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
    }
}
