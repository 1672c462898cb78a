package io.dromedary.admin;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;

/** The bus over HTTP. The bean {@code mqttHttp}. */
public class MqttHttp implements CamelContextAware {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "topic";
    /** MQTT tells the length of a text in two bytes. */
    private static final int MAX_TOPIC = 65_535;

    private CamelContext context;
    private ProducerTemplate template;

    /** Publishes {@code payload}, an object, on {@code topic} of this device with {@code qos} 0 to 2 (1); returns when the broker has it. */
    public Map<String, Object> publish(Map<String, Object> body) throws HttpProblem, JsonProcessingException {
        String topic;
        byte[] message;
        int qos;
        try {
            Parameters parameters = new Parameters(body).only(TOPIC, "payload", "qos");
            topic = relative(parameters.text(TOPIC));
            message = JSON.writeValueAsBytes(parameters.object("payload"));
            qos = (int) parameters.number("qos", 1, 0, 2);
        } catch (BadParameter e) {
            throw new HttpProblem(422, e.getMessage());
        }
        if (context.hasEndpoint("direct:bus-publish") == null) {
            throw new HttpProblem(503, "MQTT proxy not available");
        }
        var sent = template().request("direct:bus-publish", exchange -> {
            exchange.setVariable("busTopic", topic);
            exchange.getMessage().setHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, qos);
            exchange.getMessage().setBody(message);
        });
        if (sent.getException() != null) {
            throw new HttpProblem(500, "Error publishing message: " + sent.getException().getMessage());
        }
        return done("Message published to " + body.get(TOPIC));
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = context.createProducerTemplate();
        }
        return template;
    }

    /** A topic of this device without its prefix; wildcards are no topics to publish on. */
    private String relative(String topic) {
        String prefix = context.getPropertiesComponent().resolveProperty("dromedary.device-topic").orElse("");
        String own = topic.startsWith("/") ? topic.substring(1) : topic;
        own = own.startsWith(prefix) ? own.substring(prefix.length()) : own;
        if (own.isEmpty() || own.contains("#") || own.contains("+")) {
            throw new BadParameter("topic " + Parameters.shown(topic) + " is none to publish on");
        }
        if ((prefix + own).getBytes(StandardCharsets.UTF_8).length > MAX_TOPIC) {
            throw new BadParameter("topic has more than " + MAX_TOPIC + " bytes");
        }
        return own;
    }

    /** Topics of the bus, in full. */
    public Map<String, Object> subscriptions() {
        List<String> topics = topics();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("subscriptions", topics);
        answer.put("count", topics.size());
        return answer;
    }

    /** What the reference's callback says of itself; here of the bus at the broker, which needs none. */
    public Map<String, Object> callbackHealth() {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", "healthy");
        health.put("timestamp", Instant.now().toString());
        health.put("subscriptions", topics().size());
        return health;
    }

    /** How many topics and who takes their messages: the route of the commands, while it runs. */
    public Map<String, Object> callbackStats() {
        ServiceStatus commands = context.getRouteController().getRouteStatus("command-in");
        return Map.of("subscriptions", topics().size(), "handlers", commands != null && commands.isStarted() ? 1 : 0);
    }

    private List<String> topics() {
        String prefix = context.getPropertiesComponent().resolveProperty("dromedary.device-topic").orElse("");
        List<String> topics = new ArrayList<>();
        Stream.of("petal.command-edge-topic", "petal.response-topic", "petal.test-topic")
                .forEach(property -> context.getPropertiesComponent().resolveProperty(property).ifPresent(topic -> topics.add(prefix + topic)));
        return topics;
    }

    /** The topics of the bus are always subscribed. For others a route is needed, which takes the messages. */
    public Map<String, Object> subscribe(Map<String, Object> body) throws HttpProblem {
        return known(body, "Subscribed to ");
    }

    /** Refused for the topics of the bus: commands would no longer arrive. */
    public Map<String, Object> unsubscribe(Map<String, Object> body) throws HttpProblem {
        known(body, "");
        throw new HttpProblem(422, "The topics of the bus stay subscribed; switch the proxy mqtt off instead");
    }

    private Map<String, Object> known(Map<String, Object> body, String before) throws HttpProblem {
        String topic;
        try {
            topic = new Parameters(body).only(TOPIC).text(TOPIC);
        } catch (BadParameter e) {
            throw new HttpProblem(422, e.getMessage());
        }
        if (topics().stream().noneMatch(full -> full.equals(topic) || full.endsWith("/" + topic))) {
            throw new HttpProblem(422, "Nobody would receive messages of " + Parameters.shown(topic)
                    + ": add a route that begins with paho-mqtt5 and this topic");
        }
        return done(before + topic);
    }

    private static Map<String, Object> done(String message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "success");
        answer.put("message", message);
        return answer;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
