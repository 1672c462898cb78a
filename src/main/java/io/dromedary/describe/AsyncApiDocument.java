package io.dromedary.describe;

import static io.dromedary.describe.CommandFacts.JSON;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.command.Commands;
import io.dromedary.command.SwapGate;
import io.dromedary.http.WebSocketTopic;
import io.dromedary.kit.Reload;
import io.dromedary.lazy.LazyRoutes;
import io.dromedary.mqtt.MqttEndpoint;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * The bus of a running system as an AsyncAPI 3.0 document: commands with their replies, acknowledgements, streams and broadcasts under
 * the topics of this device, what other routes do over MQTT, and WebSockets. Actions are ours: a command is received.
 */
final class AsyncApiDocument {

    private static final String BUS = "bus";
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String MESSAGES = "#/components/messages/";

    private final CamelContext context;
    private final ObjectNode document = JSON.createObjectNode();
    private final ObjectNode servers;
    private final ObjectNode channels;
    private final ObjectNode operations;
    private final ObjectNode messages;
    private final ObjectNode schemas;
    private final Map<String, String> brokers = new TreeMap<>();

    private AsyncApiDocument(CamelContext context) {
        this.context = context;
        document.put("asyncapi", "3.0.0");
        ObjectNode info = document.putObject("info");
        info.put("title", "Dromedary").put("version", property("dromedary.version"));
        info.put("description", "What " + (property("dromedary.device-id").isEmpty() ? "this device" : property("dromedary.device-id"))
                + " takes and sends, read from the routes that run.");
        document.put("defaultContentType", "application/json");
        servers = document.putObject("servers");
        channels = document.putObject("channels");
        operations = document.putObject("operations");
        ObjectNode components = document.putObject("components");
        messages = components.putObject("messages");
        schemas = components.putObject("schemas");
    }

    static JsonNode of(CamelContext context) {
        LazyRoutes.of(context).makeAll();
        AsyncApiDocument made = new AsyncApiDocument(context);
        Commands commands = context.getRegistry().findSingleByType(Commands.class);
        if (commands != null) {
            made.bus(commands);
        }
        made.otherTopics();
        made.webSockets();
        return made.document;
    }

    private String property(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + ":}}");
    }

    /** A name that the document can use as a key. */
    private static String key(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]+", ".");
    }

    private static ObjectNode reference(String target) {
        return JSON.createObjectNode().put("$ref", target);
    }

    // The bus ----------------------------------------------------------------------------------------------------------------

    private void bus(Commands commands) {
        BusSchemas.addTo(schemas);
        channel("commands", "{{petal.command-edge-topic}}", "Commands to this device");
        channel("replies", "{{petal.response-topic}}", "One reply to each command that asked for one");
        channel("acks", "ack", "Acknowledgements of commands that asked for them, before they run");
        channel("broadcasts", "{{petal.command-web-topic}}", "To everybody who listens to this device: progress streams and news");
        message("replies", "reply", "The result of a command, or why there is none", reference(SCHEMAS + "Reply")).set("correlationId", correlation());
        message("acks", "ack", "A command has arrived", reference(SCHEMAS + "Ack")).set("correlationId", correlation());
        message("broadcasts", "broadcast", "News of this device", reference(SCHEMAS + "Broadcast"));
        message("broadcasts", "stream", "Progress of a job to whom has subscribed to it", reference(SCHEMAS + "Stream"));
        for (CommandFacts command : CommandFacts.running(context, commands)) {
            command(command);
        }
        operation("acknowledge", "send", "acks", "Tells the sender of a command that it has arrived").putArray("messages").add(reference("#/channels/acks/messages/ack"));
        for (Route route : routes()) {
            RouteDefinition definition = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(route.getRouteId());
            if (definition != null && targets(definition).stream().anyMatch(step -> step.getUri().equals("direct:command-broadcast"))) {
                String kind = route.getEndpoint().getEndpointUri().startsWith("job:") ? "stream" : "broadcast";
                operation(key(route.getRouteId()) + ".broadcast", "send", "broadcasts", route.getDescription()).putArray("messages")
                        .add(reference("#/channels/broadcasts/messages/" + kind));
            }
        }
        if (context.getRegistry().findSingleByType(SwapGate.class) != null) {
            channel("reloads", Reload.TOPIC, "What came of the last change of the routes");
            message("reloads", "reload", "A change was applied or refused", reference(SCHEMAS + "Broadcast"));
            operation("reload", "send", "reloads", "Tells what came of a change of the routes");
        }
    }

    private static ObjectNode correlation() {
        return JSON.createObjectNode().put("description", "The id that the sender gave the command").put("location", "$message.payload#/messageId");
    }

    private void command(CommandFacts command) {
        String key = command.key();
        ObjectNode schema = command.schema();
        Rebase.references(schema, SCHEMAS + key);
        schemas.set(key, schema);
        ObjectNode message = message("commands", key, command.about(), BusSchemas.command(command.name(), SCHEMAS + key, command.declared()));
        message.put("title", command.declared().path("title").asText(command.name()));
        message.set("correlationId", correlation());
        for (JsonNode payload : command.payloads()) {
            message.withArray("examples").addObject().putObject("payload").put("messageId", "7d3c5f0e").put("command", command.name())
                    .put("waitResponse", true).set("payload", payload);
        }
        ObjectNode operation = operation(key, "receive", "commands", command.about());
        operation.putArray("messages").add(reference("#/channels/commands/messages/" + key));
        ObjectNode reply = operation.putObject("reply");
        reply.set("channel", reference("#/channels/replies"));
        reply.putArray("messages").add(reference("#/channels/replies/messages/reply"));
    }

    private void channel(String key, String topic, String description) {
        ObjectNode channel = channels.putObject(key).put("address", context.resolvePropertyPlaceholders("{{dromedary.device-topic:}}" + topic)).put("description", description);
        String url = property("dromedary.mqtt-url");
        if (!url.isEmpty()) {
            channel.putArray("servers").add(reference("#/servers/" + server(url)));
        }
        channel.putObject("messages");
    }

    private ObjectNode message(String channel, String key, String summary, JsonNode payload) {
        ObjectNode message = messages.putObject(key).put("name", key).put("summary", summary).put("contentType", "application/json");
        message.set("payload", payload);
        ((ObjectNode) channels.get(channel).get("messages")).set(key, reference(MESSAGES + key));
        return message;
    }

    private ObjectNode operation(String key, String action, String channel, String summary) {
        ObjectNode operation = operations.putObject(key).put("action", action);
        operation.set("channel", reference("#/channels/" + channel));
        operation.put("summary", summary == null ? key : summary);
        operation.putObject("bindings").putObject("mqtt").put("qos", 1).put("bindingVersion", "0.2.0");
        return operation;
    }

    // What is not the bus ----------------------------------------------------------------------------------------------------

    /** What other routes take from MQTT topics or send to fixed ones. */
    private void otherTopics() {
        for (Route route : routes()) {
            if (route.getEndpoint() instanceof MqttEndpoint endpoint && !isBus(endpoint.getTopic())) {
                otherTopic(route, "receive", endpoint);
            }
            RouteDefinition definition = context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(route.getRouteId());
            for (ToDefinition step : definition == null ? List.<ToDefinition>of() : targets(definition)) {
                if (!route.getRouteId().equals("bus-publish")
                        && context.hasEndpoint(context.resolvePropertyPlaceholders(step.getEndpointUri())) instanceof MqttEndpoint endpoint) {
                    otherTopic(route, "send", endpoint);
                }
            }
        }
    }

    private boolean isBus(String topic) {
        return channels.path("commands").path("address").asText().equals(topic);
    }

    private void otherTopic(Route route, String action, MqttEndpoint endpoint) {
        String key = key(route.getRouteId()) + "." + action;
        String url = endpoint.getConfiguration().getBrokerUrl();
        ObjectNode channel = channels.putObject(key).put("address", endpoint.getTopic()).put("description", route.getDescription());
        if (url != null && !url.isEmpty()) {
            channel.putArray("servers").add(reference("#/servers/" + server(url)));
        }
        channel.putObject("messages");
        message(key, key, "Any content", JSON.createObjectNode()).remove("contentType");
        ObjectNode operation = operation(key, action, key, route.getDescription());
        ((ObjectNode) operation.get("bindings").get("mqtt")).put("qos", endpoint.getConfiguration().getQos());
    }

    private void webSockets() {
        for (WebSocketTopic topic : context.getRegistry().findByType(WebSocketTopic.class)) {
            if (!servers.has("http")) {
                servers.putObject("http").put("host", property("dromedary.http-name") + ":" + property("camel.server.port")).put("protocol", "ws");
            }
            String key = key(topic.getPath()).substring(1);
            ObjectNode channel = channels.putObject(key).put("address", topic.getPath()).put("description", "A WebSocket that only listens");
            channel.putArray("servers").add(reference("#/servers/http"));
            channel.putObject("messages");
            message(key, key, "One message in JSON", JSON.createObjectNode().put("type", "object"));
            operation(key, "send", key, "Sends to every WebSocket that listens").remove("bindings");
        }
    }

    // What all need ----------------------------------------------------------------------------------------------------------

    private List<Route> routes() {
        return context.getRoutes().stream().filter(route -> context.getRouteController().getRouteStatus(route.getRouteId()).isStarted())
                .sorted(Comparator.comparing(Route::getRouteId)).toList();
    }

    private static List<ToDefinition> targets(RouteDefinition definition) {
        return List.copyOf(ProcessorDefinitionHelper.filterTypeInOutputs(definition.getOutputs(), ToDefinition.class));
    }

    /** Key of the broker at a URL, which is described without what is secret in it. */
    private String server(String url) {
        return brokers.computeIfAbsent(url, broker -> {
            String key = servers.has(BUS) ? BUS + (brokers.size() + 1) : BUS;
            URI address = URI.create(broker);
            String scheme = String.valueOf(address.getScheme());
            boolean secure = scheme.equals("ssl") || scheme.equals("mqtts") || scheme.equals("tls");
            ObjectNode server = servers.putObject(key).put("host", address.getRawAuthority().replaceFirst(".*@", ""));
            server.put("protocol", scheme.startsWith("ws") ? scheme : secure ? "secure-mqtt" : "mqtt").put("protocolVersion", "5");
            if (address.getPath() != null && address.getPath().length() > 1) {
                server.put("pathname", address.getPath());
            }
            if (!property("dromedary.mqtt-username").isEmpty()) {
                server.putArray("security").addObject().put("type", "userPassword");
            }
            return key;
        });
    }
}
