package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dromedary.redis.RedisProxy;
import io.dromedary.redis.RedisSettings;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that must not run the same edge at the same time. */
@RequiresPeer("redis-server")
class SingleEdgesIT {

    @TempDir
    private Path folder;
    private final List<DefaultCamelContext> instances = new ArrayList<>();
    private RedisServer redis;

    @AfterEach
    void stop() throws Exception {
        instances.forEach(DefaultCamelContext::stop);
        if (redis != null) {
            redis.close();
        }
    }

    private DefaultCamelContext instance(String lock) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        if (redis != null) {
            RedisProxy proxy = new RedisProxy();
            RedisSettings settings = new RedisSettings();
            settings.setHost("127.0.0.1");
            settings.setPort(redis.port());
            proxy.setSettings(settings);
            proxy.start();
            camel.getRegistry().bind("redisProxy", proxy);
        }
        camel.getPropertiesComponent().setInitialProperties(settings(lock));
        camel.addRoutePolicyFactory(new SingleEdges());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:edge?period=100").routeId("edge").to("log:edge?level=TRACE");
                from("direct:inner").routeId("inner").to("log:inner?level=TRACE");
            }
        });
        camel.start();
        instances.add(camel);
        return camel;
    }

    private static Properties settings(String lock) {
        Properties settings = new Properties();
        settings.putAll(Map.of("dromedary.fleet-single", "timer", "dromedary.fleet-group", "test", "dromedary.fleet-lock", lock, "dromedary.fleet-lease", "2s"));
        return settings;
    }

    private long running() {
        return instances.stream().filter(camel -> camel.getRouteController().getRouteStatus("edge").isStarted()).count();
    }

    private void awaitOne() {
        await().atMost(Duration.ofSeconds(40)).until(() -> running() == 1);
    }

    @Test
    void oneInstanceRunsTheEdgeAndAnotherTakesItOver() throws Exception {
        redis = RedisServer.start(folder);
        for (int i = 0; i < 3; i++) {
            instance("redis");
        }
        awaitOne();
        assertThat(instances).allMatch(camel -> camel.getRouteController().getRouteStatus("inner").isStarted());
        DefaultCamelContext first = instances.stream().filter(camel -> camel.getRouteController().getRouteStatus("edge").isStarted()).findFirst().orElseThrow();
        instances.remove(first);
        first.stop();
        awaitOne();
    }

    @Test
    void theEdgeStopsWhileRedisIsAwayAndComesBack() throws Exception {
        redis = RedisServer.start(folder);
        instance("redis");
        instance("redis");
        awaitOne();
        redis.kill();
        await().atMost(Duration.ofSeconds(40)).until(() -> running() == 0);
        redis.start();
        awaitOne();
    }

    @Test
    void aSharedFolderDoesAsWell() throws Exception {
        instance("file:" + folder);
        instance("file:" + folder);
        awaitOne();
        DefaultCamelContext first = instances.stream().filter(camel -> camel.getRouteController().getRouteStatus("edge").isStarted()).findFirst().orElseThrow();
        instances.remove(first);
        first.stop();
        awaitOne();
    }
}
