package io.dromedary.describe;

import static io.dromedary.describe.CommandFacts.JSON;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The forms of the messages that the bus itself makes or reads. */
final class BusSchemas {

    private BusSchemas() {
    }

    static void addTo(ObjectNode schemas) {
        ObjectNode reply = object(schemas, "Reply", "The result of a command; its fields are those of the command's own answer beside these",
                "messageId", "phase", "timestamp", "status", "deviceId");
        text(reply, "messageId", "That of the command");
        constant(reply, "phase", "result");
        text(reply, "timestamp", "Time in UTC").put("format", "date-time");
        text(reply, "status", "success, or error when error_code and message say what is wrong");
        properties(reply).putObject("message").put("description", "For people").putArray("type").add("string").add("null");
        properties(reply).putObject("error_code").put("description", "For programs").putArray("type").add("string").add("null");
        properties(reply).putObject("data").put("description", "The result of a command whose result is no object");
        text(reply, "deviceId", "Who answers");

        ObjectNode ack = object(schemas, "Ack", "A command has arrived and is about to run", "messageId", "phase", "ackType", "service", "timestamp", "deviceId");
        text(ack, "messageId", "That of the command");
        constant(ack, "phase", "ack");
        constant(ack, "ackType", "service-received");
        text(ack, "service", "The petal that has the command");
        text(ack, "timestamp", "Time in UTC").put("format", "date-time");
        text(ack, "deviceId", "Who answers");

        ObjectNode broadcast = object(schemas, "Broadcast", "A message to everybody; further fields are the sender's own", "deviceId");
        text(broadcast, "deviceId", "Who tells it");

        ObjectNode stream = object(schemas, "Stream", "One message of a progress stream", "messageId", "command", "payload", "deviceId");
        text(stream, "messageId", "A new one for each message");
        text(stream, "command", "Name of the stream");
        text(stream, "timestamp", "Time in UTC").put("format", "date-time");
        text(stream, "deviceId", "Who tells it");
        ObjectNode payload = properties(stream).putObject("payload").put("type", "object");
        text(payload, "published_stream_id", "The id that was given when subscribing");
        properties(payload).putObject("stream_payload").put("type", "object").put("description", "State of the job");
    }

    /** The message that carries a command. */
    static ObjectNode command(String name, String schema, JsonNode declared) {
        ObjectNode message = JSON.createObjectNode().put("type", "object");
        constant(message, "command", name);
        text(message, "messageId", "Comes back in the reply; a message whose id has been here lately is dropped");
        properties(message).putObject("waitResponse").put("type", "boolean").put("default", false).put("description", "Whether a reply is wanted");
        properties(message).putObject("waitAck").put("type", "boolean").put("default", false).put("description", "Whether an acknowledgement is wanted");
        properties(message).putObject("payload").put("$ref", schema);
        // What is left out is an empty object.
        message.putArray("required").add("command");
        if (declared.path("required").size() > 0) {
            message.withArray("required").add("payload");
        }
        return message;
    }

    private static ObjectNode object(ObjectNode schemas, String name, String description, String... required) {
        ObjectNode object = schemas.putObject(name).put("type", "object").put("description", description);
        List.of(required).forEach(object.putArray("required")::add);
        return object;
    }

    private static ObjectNode properties(ObjectNode object) {
        return object.withObject("/properties");
    }

    private static ObjectNode text(ObjectNode object, String name, String description) {
        return properties(object).putObject(name).put("type", "string").put("description", description);
    }

    private static void constant(ObjectNode object, String name, String value) {
        properties(object).putObject(name).put("type", "string").put("const", value);
    }
}
