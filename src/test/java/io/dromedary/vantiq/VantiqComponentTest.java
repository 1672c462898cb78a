package io.dromedary.vantiq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.FreePort;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What a route author sees, against a real socket. */
class VantiqComponentTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private FakeVantiq server = FakeVantiq.start();
    private final VantiqComponent component = new VantiqComponent();
    @TempDir
    Path directory;
    private ProducerTemplate template;

    @AfterEach
    void stop() {
        context.stop();
        server.close();
    }

    private FakeVantiq.Link start(Consumer<RouteBuilder> routes) throws Exception {
        if (component.getTargetServer() == null && component.getServerConfig().equals(".")) {
            component.setTargetServer(server.url());
            component.setAuthToken("good");
        }
        context.addComponent("vantiq", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routes.accept(this);
            }
        });
        template = context.createProducerTemplate();
        context.start();
        return server.awaitConfigured(0);
    }

    @Test
    void consumerSetsItsHeaders() throws Exception {
        server.configuration(Map.of("interval", 5));
        FakeVantiq.Link link = start(r -> {
            r.from("vantiq:SrcA").to("mock:all");
        });
        MockEndpoint all = context.getEndpoint("mock:all", MockEndpoint.class);
        link.publish(Map.of("p", 1));
        link.query("addr", Map.of("q", 1));
        await().until(() -> all.getReceivedCounter() == 3);
        assertThat(all.getExchanges()).allSatisfy(e -> {
            assertThat(e.getMessage().getHeader(VantiqConstants.SOURCE)).isEqualTo("SrcA");
            assertThat(e.getMessage().getHeader(VantiqConstants.CONFIGURATION)).isEqualTo(Map.of("interval", 5));
        });
        assertThat(all.getExchanges().stream().map(e -> e.getMessage().getHeader(VantiqConstants.OPERATION)))
                .containsExactlyInAnyOrder("connect", "publish", "query");
        assertThat(all.getExchanges().stream().filter(e -> "query".equals(e.getMessage().getHeader(VantiqConstants.OPERATION))))
                .allMatch(e -> "addr".equals(e.getMessage().getHeader(VantiqConstants.REPLY_ADDRESS)));
        assertThat(link.awaitResponses("addr", 1).get(0).get("body").get("q").asInt()).isOne();
    }

    @Test
    void routesAddedToARunningContextConnectToo() throws Exception {
        context.start();
        start(r -> r.from("vantiq:SrcA").to("mock:late"));
    }

    @Test
    void routeThatComesLateGetsTheConfiguration() throws Exception {
        start(r -> r.from("direct:n").to("vantiq:SrcA"));
        await().until(() -> component.sessions().get(0).state() == VantiqSession.State.CONNECTED);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("vantiq:SrcA?operation=connect").to("mock:late");
            }
        });
        MockEndpoint late = context.getEndpoint("mock:late", MockEndpoint.class);
        await().until(() -> late.getReceivedCounter() == 1);
        assertThat(late.getExchanges().get(0).getMessage().getBody(Map.class)).containsKey("k");
    }

    @Test
    void oneSocketServesAllEndpointsOfASource() throws Exception {
        start(r -> {
            r.from("vantiq:SrcA?operation=publish").to("vantiq:SrcA");
            r.from("vantiq:SrcA?operation=query").to("mock:q");
            r.from("direct:x").to("vantiq:SrcA?operation=queryError");
        });
        await().during(Duration.ofMillis(300)).until(() -> server.upgrades() == 1);
    }

    @Test
    void secondRouteForQueriesIsRefused() {
        assertThatThrownBy(() -> start(r -> {
            r.from("vantiq:SrcA").to("mock:a");
            r.from("vantiq:SrcA?operation=query").to("mock:b");
        })).hasStackTraceContaining("Another route answers the queries of the source SrcA");
    }

    @Test
    void differentSessionOptionsForOneSourceAreRefused() {
        assertThatThrownBy(() -> start(r -> {
            r.from("vantiq:SrcA?operation=publish").to("mock:a");
            r.from("vantiq:SrcA?operation=close&queueSize=5").to("mock:b");
        })).hasStackTraceContaining("share one session");
    }

    @Test
    void tokenCannotStandInAUri() {
        assertThatThrownBy(() -> start(r -> r.from("vantiq:SrcA?authToken=hunter2").to("mock:a")))
                .isInstanceOfAny(ResolveEndpointFailedException.class, Exception.class).hasStackTraceContaining("cannot stand in a vantiq URI")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"));
    }

    @Test
    void streamBecomesPartialResponsesAndAnEnd() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("vantiq:SrcA?operation=query&partialSize=40")
                .setBody(e -> IntStream.range(0, 100).mapToObj(i -> Map.of("i", i)).iterator()));
        link.query("s", Map.of());
        List<JsonNode> parts = link.awaitResponses("s", 3);
        assertThat(parts.stream().map(p -> p.get("status").asInt())).containsExactly(100, 100, 200);
        assertThat(parts.stream().map(p -> p.get("body").size())).containsExactly(40, 40, 20);
    }

    @Test
    void explicitProducersAnswerFromAnywhere() throws Exception {
        FakeVantiq.Link link = start(r -> {
            r.from("vantiq:SrcA?operation=query&exchangePattern=InOnly").to("seda:later");
            r.from("seda:later").choice()
                    .when(e -> e.getMessage().getBody(Map.class).containsKey("bad"))
                        .setHeader(VantiqConstants.ERROR_CODE, r.constant("com.example.bad"))
                        .setHeader(VantiqConstants.ERROR_TEMPLATE, r.constant("No {0}"))
                        .setHeader(VantiqConstants.ERROR_PARAMETERS, r.constant(List.of("luck")))
                        .to("vantiq:SrcA?operation=queryError")
                    .otherwise()
                        .setBody(r.constant(Map.of("part", 1))).setHeader(VantiqConstants.STATUS, r.constant(100))
                        .to("vantiq:SrcA?operation=queryResponse")
                        .setBody(r.constant(Map.of("part", 2))).removeHeader(VantiqConstants.STATUS)
                        .to("vantiq:SrcA?operation=queryResponse");
        });
        link.query("good", Map.of());
        link.query("bad", Map.of("bad", true));
        assertThat(link.awaitResponses("good", 2).stream().map(p -> p.get("status").asInt())).containsExactly(100, 200);
        JsonNode error = link.awaitResponses("bad", 1).get(0);
        assertThat(error.get("status").asInt()).isEqualTo(400);
        assertThat(error.get("body").toString()).isEqualTo("{\"messageCode\":\"com.example.bad\",\"messageTemplate\":\"No {0}\",\"parameters\":[\"luck\"]}");
    }

    @Test
    void routeThatAnsweredItselfIsNotAnsweredAgain() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("vantiq:SrcA?operation=query").setBody(r.constant(Map.of("a", 1)))
                .to("vantiq:SrcA?operation=queryResponse").setBody(r.constant(Map.of("b", 2))));
        link.query("once", Map.of());
        link.query("next", Map.of());
        link.awaitResponses("next", 1);
        assertThat(link.awaitResponses("once", 1)).hasSize(1);
    }

    @Test
    void queryWithoutARouteOrAnAnswerInTimeGetsAnError() throws Exception {
        component.getConfiguration().setQueryTimeout(200);
        FakeVantiq.Link link = start(r -> {
            r.from("vantiq:SrcA?operation=publish").to("mock:p");
            r.from("vantiq:SrcB?operation=query&exchangePattern=InOnly").to("mock:never");
        });
        FakeVantiq.Link other = server.awaitConfigured(1);
        boolean first = link.frames().get(1).get("resourceId").asText().equals("SrcA");
        (first ? link : other).query("none", Map.of());
        (first ? other : link).query("late", Map.of());
        assertThat((first ? link : other).awaitResponses("none", 1).get(0).get("body").get("messageCode").asText())
                .isEqualTo("io.dromedary.vantiq.noQueryRoute");
        assertThat((first ? other : link).awaitResponses("late", 1).get(0).get("body").get("messageCode").asText())
                .isEqualTo("io.dromedary.vantiq.queryTimeout");
    }

    @Test
    void structuredMessagesCarryHeadersButNoneThatSteerCamel() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("vantiq:SrcA?operation=publish&structuredMessageHeader=true").to("mock:in")
                .to("vantiq:SrcA?structuredMessageHeader=true"));
        link.publish(Map.of("headers", Map.of("colour", "red", "CamelFileName", "/etc/passwd", "cAMELVantiqSource", "x"), "message", Map.of("m", 1)));
        JsonNode back = link.awaitNotification(n -> n.has("message"));
        assertThat(back.get("headers").toString()).isEqualTo("{\"colour\":\"red\"}");
        assertThat(back.get("message").get("m").asInt()).isOne();
        MockEndpoint in = context.getEndpoint("mock:in", MockEndpoint.class);
        assertThat(in.getExchanges().get(0).getMessage().getHeaders()).containsEntry("colour", "red").doesNotContainKey("CamelFileName");
    }

    @Test
    void bodyComesAsTextOrStreamWhenWanted() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("vantiq:SrcA?operation=publish&outputFormat=json").to("mock:json"));
        link.publish(Map.of("a", 1.0));
        MockEndpoint json = context.getEndpoint("mock:json", MockEndpoint.class);
        await().until(() -> json.getReceivedCounter() == 1);
        assertThat(json.getExchanges().get(0).getMessage().getBody()).isEqualTo("{\"a\":1.0}");
    }

    @Test
    void fullQueueFailsBlocksOrDropsAsConfigured() throws Exception {
        component.setTargetServer("http://127.0.0.1:1");
        context.addComponent("vantiq", component);
        component.getConfiguration().setQueueSize(3);
        component.getConfiguration().setQueueTimeout(150);
        context.start();
        template = context.createProducerTemplate();
        for (String policy : List.of("fail", "block", "drop")) {
            String uri = "vantiq:" + policy + "?whenQueueFull=" + policy;
            IntStream.range(0, 3).forEach(i -> template.sendBody(uri, Map.of("n", i)));
            if (policy.equals("drop")) {
                template.sendBody(uri, Map.of("n", 3));
            } else {
                assertThatThrownBy(() -> template.sendBody(uri, Map.of("n", 3))).isInstanceOf(CamelExecutionException.class)
                        .hasRootCauseMessage("The queue of notifications is full: 3 wait for the connection");
            }
            VantiqSession session = component.sessions().stream().filter(s -> s.settings().source().equals(policy)).findFirst().orElseThrow();
            assertThat(session.counters().dropped.sum()).as(policy).isOne();
            assertThat(session.queued()).isEqualTo(3);
        }
    }

    @Test
    void fastSenderOfLargeNotificationsIsHeldBackAndNoneComesTwice() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("direct:n").to("vantiq:SrcA"));
        String pad = "x".repeat(2000);
        IntStream.range(0, 20_000).forEach(i -> template.sendBody("direct:n", Map.of("n", i, "d", pad)));
        await().atMost(Duration.ofSeconds(30)).until(() -> link.notificationCount() >= 20_000);
        assertThat(link.notifications().stream().map(n -> n.get("n").asInt()).toList()).isEqualTo(IntStream.range(0, 20_000).boxed().toList());
    }

    /** Without status frames time alone would free the queue: no more notifications than it holds in a quarter of a second. */
    @Test
    void asksAServerThatDoesNotAcknowledgeWhenTheQueueFills() throws Exception {
        server.acknowledges(false);
        component.getConfiguration().setQueueSize(100);
        FakeVantiq.Link link = start(r -> r.from("direct:n").to("vantiq:SrcA"));
        IntStream.range(0, 2_000).forEach(i -> template.sendBody("direct:n", Map.of("n", i)));
        await().atMost(Duration.ofSeconds(30)).until(() -> link.notificationCount() >= 2_000);
        assertThat(link.notifications().stream().map(n -> n.get("n").asInt()).toList()).isEqualTo(IntStream.range(0, 2_000).boxed().toList());
        assertThat(link.pings()).isPositive();
    }

    @Test
    void sendsAgainWhatAStalledServerHadNotReadWhenItWasCut() throws Exception {
        FakeVantiq.Link link = start(r -> r.from("direct:n").to("vantiq:SrcA"));
        link.reading(false);
        IntStream.range(0, 5).forEach(i -> template.sendBody("direct:n", Map.of("n", i)));
        // Longer than the time that once counted as proof.
        await().during(Duration.ofMillis(1_200)).atMost(Duration.ofSeconds(30)).until(() -> link.notificationCount() == 0);
        link.abort();
        FakeVantiq.Link next = server.awaitConfigured(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> next.notificationCount() == 5);
        assertThat(next.notifications().stream().map(n -> n.get("n").asInt()).toList()).isEqualTo(List.of(0, 1, 2, 3, 4));
    }

    @Test
    void diskStoreDeliversWhatAnEarlierProcessCouldNot() throws Exception {
        component.setTargetServer("http://127.0.0.1:1");
        component.getConfiguration().setStoreDirectory(directory.toString());
        context.addComponent("vantiq", component);
        context.start();
        IntStream.range(0, 500).forEach(i -> context.createProducerTemplate().sendBody("vantiq:SrcA", Map.of("n", i)));
        context.stop();
        try (TestConnector next = TestConnector.start(server, c -> c.getConfiguration().setStoreDirectory(directory.toString()))) {
            FakeVantiq.Link link = server.awaitConfigured(0);
            link.awaitNotification(n -> n.path("n").asInt() == 499);
            assertThat(link.notifications().stream().filter(n -> n.has("n")).map(n -> n.get("n").asInt()).toList())
                    .isEqualTo(IntStream.range(0, 500).boxed().toList());
            await().until(() -> next.session().queued() == 0);
        }
    }

    @Test
    void newTokenInTheFileCountsWithoutRestart() throws Exception {
        Path file = directory.resolve("server.config");
        Files.writeString(file, "targetServer=" + server.url() + "\nauthToken=wrong\nsources=SrcA\n");
        component.setServerConfig(directory.toString());
        component.setReloadInterval(50);
        context.addComponent("vantiq", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("vantiq:server.config?operation=publish").to("mock:p");
            }
        });
        context.start();
        await().until(() -> component.sessions().get(0).state() == VantiqSession.State.LOGIN_REFUSED);
        Files.writeString(file, "targetServer=" + server.url() + "\nauthToken=right-one\nsources=SrcA\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(server.awaitConfigured(1).frames().get(0).get("object").asText()).isEqualTo("right-one");
    }

    @Test
    void failedConnectRouteFailsTheAttempt() throws Exception {
        CountDownLatch second = new CountDownLatch(2);
        server.configuration(Map.of());
        start(r -> r.from("vantiq:SrcA?operation=connect,close").process(e -> {
            second.countDown();
            if (second.getCount() > 0) {
                throw new IllegalArgumentException("not this configuration");
            }
        }).to("mock:connected"));
        server.awaitConfigured(1);
        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> component.sessions().get(0).state() == VantiqSession.State.CONNECTED);
        assertThat(server.links().get(0).closeCode()).isEqualTo(1011);
        assertThat(context.getEndpoint("mock:connected", MockEndpoint.class).getExchanges()).allMatch(
                e -> "connect".equals(e.getMessage().getHeader(VantiqConstants.OPERATION)));
    }

    @Test
    void healthAndMetricsFollowTheSession() throws Exception {
        MeterRegistry meters = new SimpleMeterRegistry();
        context.getRegistry().bind("meters", meters);
        int port = FreePort.next();
        component.setTcpProbePort("" + port);
        component.setProbeFollowsSession(true);
        start(r -> r.from("direct:n").to("vantiq:SrcA"));
        await().until(() -> health().equals("UP"));
        await().until(() -> Boolean.TRUE.equals(component.probe().isHealthy()));
        template.sendBody("direct:n", Map.of("a", 1));
        await().until(() -> meters.get("dromedary.vantiq.notifications.sent").tag("source", "SrcA").functionCounter().count() == 1);
        server.down();
        await().until(() -> health().equals("DOWN"));
        await().until(() -> Boolean.FALSE.equals(component.probe().isHealthy()));
        assertThat(meters.get("dromedary.vantiq.connected").gauge().value()).isZero();
    }

    private String health() {
        HealthCheck check = HealthCheckHelper.getHealthCheck(context, "vantiq-SrcA");
        return check == null ? "missing" : check.call().getState().name();
    }

    @Test
    void failOnConnectionErrorEndsTheSession() throws Exception {
        component.getConfiguration().setFailOnConnectionError(true);
        start(r -> r.from("direct:n").to("vantiq:SrcA")).abort();
        await().until(() -> component.sessions().get(0).state() == VantiqSession.State.FAILED);
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> server.upgrades() == 1);
    }

    @Test
    void followsRedirectsOfTheUpgrade() throws Exception {
        try (FakeVantiq front = FakeVantiq.start().redirect(server.url() + "/api/v1/wsock/websocket")) {
            component.setTargetServer(front.url());
            component.setAuthToken("good");
            start(r -> r.from("direct:n").to("vantiq:SrcA"));
            assertThat(front.upgrades()).isOne();
        }
    }

    @Test
    void aRedirectWithoutAHostStaysWhereItCameFrom() throws Exception {
        try (FakeVantiq elsewhere = FakeVantiq.start().redirect("/again"); FakeVantiq front = FakeVantiq.start().redirect(elsewhere.url() + "/first")) {
            component.setTargetServer(front.url());
            component.setAuthToken("good");
            component.getConfiguration().setReconnectDelay(60_000);
            context.addComponent("vantiq", component);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:n").to("vantiq:SrcA");
                }
            });
            context.start();
            await().until(() -> elsewhere.upgrades() == 5);
            assertThat(front.upgrades()).isOne();
        }
    }

    @Test
    void secureConnectionNeedsATrustedServer() throws Exception {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "k", "-keyalg",
                "EC", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore", store.toString(),
                "-storepass", "changeit").inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        java.security.KeyStore keys = java.security.KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        javax.net.ssl.KeyManagerFactory managers = javax.net.ssl.KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, "changeit".toCharArray());
        server.close();
        server = FakeVantiq.startSecure(io.netty.handler.ssl.SslContextBuilder.forServer(managers).build());
        try (TestConnector distrusting = TestConnector.start(server)) {
            await().until(() -> distrusting.session().lastEnd() != null);
            assertThat(server.upgrades()).isZero();
        }
        KeyStoreParameters trusted = new KeyStoreParameters();
        trusted.setResource("file:" + store);
        trusted.setPassword("changeit");
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(trusted);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        component.setSslContextParameters(tls);
        start(r -> r.from("direct:n").to("vantiq:SrcA"));
    }

    @Test
    void proxyIsAskedForTheServer() throws Exception {
        try (java.net.ServerSocket proxy = new java.net.ServerSocket(0)) {
            component.setTargetServer("https://vantiq.example:8443");
            component.setProxyHost("127.0.0.1");
            component.setProxyPort(proxy.getLocalPort());
            context.addComponent("vantiq", component);
            context.start();
            context.createProducerTemplate().sendBody("vantiq:SrcA", Map.of());
            proxy.setSoTimeout(10_000);
            try (java.net.Socket asked = proxy.accept()) {
                String line = new java.io.BufferedReader(new java.io.InputStreamReader(asked.getInputStream())).readLine();
                assertThat(line).isEqualTo("CONNECT vantiq.example:8443 HTTP/1.1");
            }
        }
    }
}
