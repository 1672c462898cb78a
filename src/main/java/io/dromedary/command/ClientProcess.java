package io.dromedary.command;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session with the HTTP client process that holds the broker connection in the reference's installation: subscribes by
 * {@code POST /subscribe}, watches {@code GET /health}, publishes by {@code POST /publish}, and unsubscribes at the end.
 * The bean {@code clientProcess}.
 */
public class ClientProcess extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(ClientProcess.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STOP_MILLIS = 3_000;

    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private CamelContext context;
    private IdempotentRepository seen;
    private ClientProcessHttp http;
    private String callbackUrl;
    private String prefix = "";
    private List<String> topics = List.of();
    private long checkMillis = 10_000;
    private Duration probeLimit = Duration.ofSeconds(2);
    private ScheduledExecutorService timer;
    private volatile boolean connected;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Where the process listens, such as {@code localhost:3004}. */
    public void setAddress(String address) {
        this.http = new ClientProcessHttp(URI.create("http://" + address));
    }

    /** Where the process is to post messages; empty means nowhere. */
    public void setCallbackUrl(String callbackUrl) {
        this.callbackUrl = callbackUrl.isBlank() ? null : callbackUrl;
    }

    /** What precedes every relative topic. */
    public void setPrefix(String prefix) {
        this.prefix = prefix;
    }

    /** Relative topics to subscribe, in this order, separated by commas; the first is the one that commands arrive on. */
    public void setTopics(String topics) {
        this.topics = List.of(topics.split(","));
    }

    /** Seconds between two looks at the process. */
    public void setCheckInterval(double seconds) {
        this.checkMillis = Math.max(100, Math.round(seconds * 1_000));
    }

    /** Seconds that the process may take for its health. */
    public void setProbeLimit(double seconds) {
        this.probeLimit = Duration.ofMillis(Math.max(100, Math.round(seconds * 1_000)));
    }

    /** Remembers message ids across all topics. */
    public void setSeen(IdempotentRepository seen) {
        this.seen = seen;
    }

    @Override
    protected void doStart() {
        timer = context.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "ClientProcess");
        timer.scheduleWithFixedDelay(this::look, 0, checkMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        context.getExecutorServiceManager().shutdownGraceful(timer, STOP_MILLIS);
        for (String topic : topics) {
            if (subscribed.remove(topic)) {
                attempt("/unsubscribe", Map.of("topic", prefix + topic));
            }
        }
        connected = false;
    }

    private void look() {
        if (!http.isHealthy(probeLimit)) {
            if (connected) {
                LOG.warn("The MQTT client process at {} does not answer; commands cannot arrive", http);
            }
            connected = false;
            subscribed.clear();
            return;
        }
        for (String topic : topics) {
            if (!subscribed.contains(topic) && attempt("/subscribe", withCallback(prefix + topic))) {
                subscribed.add(topic);
            }
        }
        boolean now = subscribed.size() == topics.size();
        if (now && !connected) {
            LOG.info("The MQTT client process at {} delivers {} topics", http, topics.size());
        }
        connected = now;
    }

    private Map<String, Object> withCallback(String topic) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("topic", topic);
        body.put("callbackUrl", callbackUrl);
        return body;
    }

    private boolean attempt(String path, Map<String, Object> body) {
        try {
            http.post(path, body);
            return true;
        } catch (IOException e) {
            LOG.debug("{} of {} failed: {}", path, body.get("topic"), e.getMessage());
            return false;
        }
    }

    /**
     * Publishes the body to the topic in the variable {@code busTopic}.
     *
     * @throws IOException if the process is away or refuses; worth a retry
     */
    public void publish(Exchange exchange) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("topic", prefix + CommandState.text(exchange, CommandState.BUS_TOPIC));
        body.put("payload", JSON.readTree(exchange.getMessage().getBody(byte[].class)));
        body.put("qos", exchange.getMessage().getHeader(PahoMqtt5Constants.CAMEL_PAHO_MSG_QOS, 1, Integer.class));
        body.put("callbackUrl", callbackUrl);
        http.post("/publish", body);
    }

    /**
     * Unwraps what the process has posted. Only a message on the command topic is one for us; an id that comes on one of the
     * other subscribed topics is remembered all the same, as the reference does.
     *
     * @return the command's envelope, or null
     * @throws CommandRefused if the posted body is not of the agreed form
     */
    public Map<?, ?> unwrap(@Body Map<String, Object> posted) throws CommandRefused {
        if (!(posted.get("payload") instanceof Map<?, ?> payload) || !(posted.get("topic") instanceof String topic)) {
            throw new CommandRefused(ErrorCodes.VALIDATION_ERROR, "topic must be a text and payload an object");
        }
        if (topic.equals(prefix + topics.get(0))) {
            return payload;
        }
        if (topics.contains(topic.startsWith(prefix) ? topic.substring(prefix.length()) : "") && Envelope.truthy(payload.get("messageId"))) {
            seen.add(String.valueOf(payload.get("messageId")));
        }
        return null;
    }

    /** The body of a 422 answer. */
    public Map<String, Object> refusal(@Body String why) {
        return Map.of("detail", why);
    }

    /** The answer to a callback that failed here. */
    public Map<String, Object> failure(@Body String why) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "error");
        answer.put("message", why);
        return answer;
    }

    /** The answer to {@code GET /mqtt-callback/health}. */
    public Map<String, Object> health() {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", "healthy");
        health.put("timestamp", Instant.now().toString());
        health.put("subscriptions", subscribed.size());
        return health;
    }

    /** The answer to {@code GET /mqtt-callback/stats}. */
    public Map<String, Object> stats() {
        return Map.of("subscriptions", subscribed.size(), "handlers", connected ? 1 : 0);
    }

    /** The process is healthy and has accepted all topics. */
    public boolean isConnected() {
        return connected;
    }
}
