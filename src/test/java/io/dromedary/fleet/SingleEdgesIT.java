package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import io.dromedary.redis.RedisProxy;
import io.dromedary.redis.RedisSettings;
import io.dromedary.testing.RedisServer;
import io.dromedary.testing.RequiresPeer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
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
        camel.getPropertiesComponent().setInitialProperties(settings(lock, "fleet-" + instances.size()));
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

    private static Properties settings(String lock, String member) {
        Properties settings = new Properties();
        settings.putAll(Map.of("dromedary.fleet-single", "timer", "dromedary.fleet-group", "test", "dromedary.fleet-lock", lock, "dromedary.fleet-lease", "2s",
                "dromedary.fleet-member", member));
        return settings;
    }

    private long running() {
        return instances.stream().filter(camel -> camel.getRouteController().getRouteStatus("edge").isStarted()).count();
    }

    private DefaultCamelContext leading() {
        return instances.stream().filter(camel -> camel.getRouteController().getRouteStatus("edge").isStarted()).findFirst().orElseThrow();
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
        DefaultCamelContext first = leading();
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
        DefaultCamelContext first = leading();
        instances.remove(first);
        first.stop();
        awaitOne();
    }

    /** A stand-in for the API server that keeps what it is given, as one does. */
    @Test
    void leasesOfKubernetesDoAsWell() throws Exception {
        KubernetesMockServer server = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init();
        Map<String, String> cluster = Map.of("kubernetes.master", server.url("/"), "kubernetes.namespace", "test", "kubernetes.auth.tryKubeConfig", "false",
                "kubernetes.auth.tryServiceAccount", "false");
        cluster.forEach(System::setProperty);
        try (KubernetesClient client = server.createClient()) {
            for (int i = 0; i < 3; i++) {
                var pod = client.pods().inNamespace("test").resource(new PodBuilder().withNewMetadata().withName("fleet-" + i).endMetadata()
                        .withNewStatus().withPhase("Running").addNewCondition().withType("Ready").withStatus("True").endCondition().endStatus().build());
                pod.create();
                pod.updateStatus();
                instance("kubernetes");
            }
            awaitOne();
            DefaultCamelContext first = leading();
            String pod = first.getPropertiesComponent().resolveProperty("dromedary.fleet-member").orElseThrow();
            assertThat(client.leases().inNamespace("test").list().getItems()).extracting(lease -> lease.getSpec().getHolderIdentity()).containsOnly(pod);
            instances.remove(first);
            first.stop();
            client.pods().inNamespace("test").withName(pod).delete();
            awaitOne();
        } finally {
            instances.forEach(DefaultCamelContext::stop);
            cluster.keySet().forEach(System::clearProperty);
            server.destroy();
        }
    }
}
