package io.dromedary.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** One instance with the job component, at a Redis; what its progress consumer gets is kept. */
final class JobFixture implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final UnifiedJedis redis;
    private final ProducerTemplate template;
    private final List<Map<String, Object>> streamed = Collections.synchronizedList(new ArrayList<>());

    /** @param address host:port, or null for none */
    JobFixture(String address, RouteBuilder routes) throws Exception {
        JobComponent jobs = new JobComponent();
        redis = address == null ? null : connect(address);
        jobs.setRedis(redis);
        jobs.setCancelTimeout(20_000);
        context.addComponent("job", jobs);
        context.addRoutes(routes);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("job:progress").routeId("progress").process(exchange -> streamed.add(exchange.getMessage().getBody(Map.class)));
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    static UnifiedJedis connect(String address) {
        int colon = address.lastIndexOf(':');
        return RedisClient.create(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    CamelContext context() {
        return context;
    }

    JobComponent component() {
        return context.getComponent("job", JobComponent.class);
    }

    UnifiedJedis redis() {
        return redis;
    }

    /** What Redis holds of a job. */
    Map<String, Object> stored(String id) throws Exception {
        String json = redis.get("job:" + id);
        return json == null ? null : JSON.readValue(json, Map.class);
    }

    /** Calls an endpoint. @throws Exception that of the exchange */
    Exchange call(String uri, Object body) throws Exception {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        Exchange done = template.send(uri, exchange);
        if (done.getException() != null) {
            throw done.getException();
        }
        return done;
    }

    /** Starts a job. @return its id */
    String start(String uri, Map<String, Object> metadata) throws Exception {
        return call(uri, metadata).getMessage().getHeader(JobConstants.ID, String.class);
    }

    Map<String, Object> state(String id) throws Exception {
        return call("job:state?jobId=" + id, null).getMessage().getBody(Map.class);
    }

    void awaitStatus(String id, String status) {
        await().untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(state(id)).containsEntry("status", status));
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    /** The progress messages so far, of one stream. */
    List<Map<String, Object>> streamed(String streamId) {
        synchronized (streamed) {
            return streamed.stream().filter(message -> streamId.equals(message.get("published_stream_id"))).toList();
        }
    }

    @Override
    public void close() {
        context.stop();
        if (redis != null) {
            redis.close();
        }
    }
}
