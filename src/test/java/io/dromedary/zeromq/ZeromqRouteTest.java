package io.dromedary.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** The component's endpoints against bare ZeroMQ sockets and against each other, over real TCP. */
@Timeout(60)
class ZeromqRouteTest {

    private final CamelContext camel = new DefaultCamelContext();
    private final ZContext zmq = new ZContext();
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        camel.getShutdownStrategy().setTimeout(10);
        camel.start();
        template = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        zmq.close();
        camel.stop();
    }

    /** JeroMQ makes a port of the name, which may be another program's. */
    private static String freeIpc() throws Exception {
        return "ipc://" + await().ignoreExceptions().until(() -> {
            String name = "line-" + System.nanoTime();
            try (ServerSocket socket = new ServerSocket(Math.abs(name.hashCode() % 55_536) + 10_000)) {
                return name;
            }
        }, name -> true);
    }

    private void route(String from, org.apache.camel.Processor processor) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId("tested").process(processor).to("mock:end");
            }
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ZMQ.Socket client(SocketType type, int port) {
        ZMQ.Socket socket = zmq.createSocket(type);
        socket.setReceiveTimeOut(10_000);
        socket.setHandshakeIvl(1_000);
        socket.connect("tcp://127.0.0.1:" + port);
        return socket;
    }

    /** Publishes until the subscriber has the message, which is the only way to know that a subscription has arrived. */
    private String publishUntilReceived(String uri, ZMQ.Socket subscriber, Object body) {
        subscriber.setReceiveTimeOut(50);
        return await().until(() -> {
            template.sendBody(uri, body);
            return subscriber.recvStr();
        }, text -> text != null);
    }

    @Test
    void publishesFramesInOrderToThoseWhoSubscribed() throws Exception {
        int port = FreePort.next();
        String uri = "zeromq:pub:tcp://127.0.0.1:" + port;
        ZMQ.Socket subscriber = client(SocketType.SUB, port);
        subscriber.subscribe("weather");

        publishUntilReceived(uri, subscriber, List.of("weather", "ready"));
        template.sendBody(uri, List.of("sport", "unwanted"));
        template.sendBody(uri, List.of("weather.north", bytes("cold"), ""));

        subscriber.setReceiveTimeOut(10_000);
        List<String> seen = new ArrayList<>();
        do {
            seen.clear();
            ZMsg message = ZMsg.recvMsg(subscriber);
            message.forEach(frame -> seen.add(frame.getString(StandardCharsets.UTF_8)));
        } while (!seen.get(0).equals("weather.north"));
        assertThat(seen).containsExactly("weather.north", "cold", "");
    }

    @Test
    void subscribesByTextAndByBytes() throws Exception {
        ZMQ.Socket publisher = zmq.createSocket(SocketType.XPUB);
        int port = publisher.bindToRandomPort("tcp://127.0.0.1");
        route("zeromq:sub:tcp://127.0.0.1:" + port + "?topics=a1,hex:ff00", exchange -> { });
        MockEndpoint end = camel.getEndpoint("mock:end", MockEndpoint.class);
        publisher.setReceiveTimeOut(10_000);
        assertThat(List.of(publisher.recv(), publisher.recv())).containsExactlyInAnyOrder(
                new byte[] {1, 'a', '1'}, new byte[] {1, (byte) 0xff, 0});

        end.expectedMessageCount(2);
        publisher.send(new byte[] {(byte) 0xff, 1});
        publisher.send(new byte[] {(byte) 0xff, 0, 7});
        publisher.sendMore("a1");
        publisher.send("text");
        end.assertIsSatisfied(10_000);
        assertThat(end.getExchanges().get(0).getMessage().getBody()).isEqualTo(new byte[] {(byte) 0xff, 0, 7});
        assertThat(end.getExchanges().get(1).getMessage().getBody(List.class))
                .usingRecursiveComparison().isEqualTo(new ArrayList<>(List.of(bytes("a1"), bytes("text"))));
        assertThat(end.getExchanges().get(1).getMessage().getHeader(ZeromqConstants.FRAME_COUNT)).isEqualTo(2);
        assertThat(end.getExchanges().get(1).getMessage().getHeader(ZeromqConstants.PEER_ADDRESS, String.class)).endsWith(":" + port);
    }

    @Test
    void pushesAndPullsInOrderThroughInprocAndTcp() throws Exception {
        for (String address : List.of("inproc://line", "tcp://127.0.0.1:" + FreePort.next(), freeIpc())) {
            MockEndpoint end = camel.getEndpoint("mock:end", MockEndpoint.class);
            end.reset();
            end.expectedMessageCount(500);
            route("zeromq:pull:" + address, exchange -> { });
            for (int i = 0; i < 500; i++) {
                template.sendBody("zeromq:push:" + address, Integer.toString(i));
            }
            end.assertIsSatisfied(10_000);
            assertThat(end.getExchanges()).extracting(e -> e.getMessage().getBody(String.class))
                    .isEqualTo(java.util.stream.IntStream.range(0, 500).mapToObj(Integer::toString).toList());
            camel.getRouteController().stopRoute("tested");
            camel.removeRoute("tested");
        }
    }

    @Test
    void connectsToSeveralAddressesAndBindsSeveral() throws Exception {
        int first = FreePort.next();
        int second = FreePort.next();
        MockEndpoint end = camel.getEndpoint("mock:end", MockEndpoint.class);
        route("zeromq:pull:tcp://127.0.0.1:" + first + ",tcp://127.0.0.1:" + second, exchange -> { });
        end.expectedBodiesReceivedInAnyOrder("one", "two");
        template.sendBody("zeromq:push:tcp://127.0.0.1:" + first, "one");
        template.sendBody("zeromq:push:tcp://127.0.0.1:" + second, "two");
        end.assertIsSatisfied(10_000);
    }

    @Test
    void answersRequestsOfPlainSockets() throws Exception {
        int port = FreePort.next();
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> exchange.getMessage().setBody("re: " + exchange.getMessage().getBody(String.class)));
        ZMQ.Socket client = client(SocketType.REQ, port);
        for (int i = 0; i < 20; i++) {
            client.send("question " + i);
            assertThat(client.recvStr()).isEqualTo("re: question " + i);
        }
    }

    @Test
    void answersOtherClientsWhileOneRequestIsSlow() throws Exception {
        int port = FreePort.next();
        CountDownLatch release = new CountDownLatch(1);
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> {
            if ("slow".equals(exchange.getMessage().getBody(String.class))) {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            }
        });
        ZMQ.Socket slow = client(SocketType.REQ, port);
        ZMQ.Socket fast = client(SocketType.REQ, port);
        slow.send("slow");
        fast.send("fast");
        assertThat(fast.recvStr()).isEqualTo("fast");
        release.countDown();
        assertThat(slow.recvStr()).isEqualTo("slow");
    }

    @Test
    void answersWithTheFailureWhenTheRouteFails() throws Exception {
        int port = FreePort.next();
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> {
            throw new IllegalArgumentException("the cover is open");
        });
        ZMQ.Socket client = client(SocketType.REQ, port);
        client.send("move");
        assertThat(client.recvStr()).isEqualTo("ERROR the cover is open");
    }

    @Test
    void goesOnWhenClientsDieBetweenRequestAndAnswer() throws Exception {
        int port = FreePort.next();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger requests = new AtomicInteger();
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> {
            if (requests.incrementAndGet() <= 4) {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            }
        });
        for (int i = 0; i < 4; i++) {
            ZMQ.Socket dying = client(SocketType.REQ, port);
            dying.send("x");
            int expected = i + 1;
            await().until(() -> requests.get() == expected);
            dying.setLinger(0);
            dying.close();
        }
        release.countDown();
        ZMQ.Socket client = client(SocketType.REQ, port);
        client.send("alive?");
        assertThat(client.recvStr()).isEqualTo("alive?");
    }

    @Test
    void dropsRequestsWithoutDelimiterAsTheStandardSaysAndKeepsEnvelopes() throws Exception {
        int port = FreePort.next();
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> { });
        ZMQ.Socket dealer = client(SocketType.DEALER, port);
        dealer.send("no delimiter");
        dealer.sendMore("hop");
        dealer.sendMore("");
        dealer.sendMore("part 1");
        dealer.send("part 2");
        ZMsg answer = ZMsg.recvMsg(dealer);
        assertThat(answer).extracting(f -> f.getString(StandardCharsets.UTF_8)).containsExactly("hop", "", "part 1", "part 2");
    }

    @Test
    void routesAnswersToTheRightDealer() throws Exception {
        int port = FreePort.next();
        route("zeromq:router:tcp://127.0.0.1:" + port, exchange -> { });
        ZMQ.Socket one = client(SocketType.DEALER, port);
        ZMQ.Socket two = client(SocketType.DEALER, port);
        one.send("one");
        two.send("two");
        assertThat(one.recvStr()).isEqualTo("one");
        assertThat(two.recvStr()).isEqualTo("two");
    }

    @Test
    void asksThroughReqAndThroughDealerWithManyRequestsOut() throws Exception {
        int port = FreePort.next();
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> { });
        for (String pattern : List.of("req", "dealer")) {
            String uri = "zeromq:" + pattern + ":tcp://127.0.0.1:" + port;
            List<CompletableFuture<Object>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(template.asyncRequestBody(uri, "n" + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(bytes("n" + i));
            }
        }
    }

    @Test
    void requesterRecoversAfterALostAnswerAndNeverTakesALateOneForTheNext() throws Exception {
        int port = FreePort.next();
        java.util.concurrent.Semaphore release = new java.util.concurrent.Semaphore(0);
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> {
            if ("lost".equals(exchange.getMessage().getBody(String.class))) {
                assertThat(release.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            }
        });
        for (String pattern : List.of("req", "dealer")) {
            String uri = "zeromq:" + pattern + ":tcp://127.0.0.1:" + port + "?requestTimeout=300";
            assertThatThrownBy(() -> template.requestBody(uri, "lost")).hasCauseInstanceOf(ExchangeTimedOutException.class);
            release.release();
            assertThat(template.requestBody(uri, "next", String.class)).isEqualTo("next");
            assertThat(template.requestBody(uri, "after", String.class)).isEqualTo("after");
        }
    }

    @Test
    void requesterRecoversWhenTheServiceComesBack() throws Exception {
        int port = FreePort.next();
        String uri = "zeromq:req:tcp://127.0.0.1:" + port + "?requestTimeout=300";
        assertThatThrownBy(() -> template.requestBody(uri, "nobody")).hasCauseInstanceOf(ExchangeTimedOutException.class);
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> { });
        await().ignoreExceptions().until(() -> template.requestBody(uri, "back", String.class), "back"::equals);
    }

    @Test
    void refusesMoreRequestsThanTheQueueHolds() throws Exception {
        String uri = "zeromq:req:tcp://127.0.0.1:" + FreePort.next() + "?queueSize=3&requestTimeout=2000";
        List<CompletableFuture<Object>> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(template.asyncRequestBody(uri, "n" + i));
        }
        await().untilAsserted(() -> assertThat(asked.stream().filter(CompletableFuture::isCompletedExceptionally).map(f -> {
            try {
                return String.valueOf(f.getNow(null));
            } catch (Exception e) {
                return rootMessage(e);
            }
        }).filter(text -> text.startsWith("Too many requests wait"))).hasSize(3));
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Test
    void tellsTheCallerWhenAnAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String uri = "zeromq:pub:tcp://127.0.0.1:" + taken.getLocalPort();
            assertThatThrownBy(() -> template.sendBody(uri, "x"))
                    .hasStackTraceContaining("Cannot bind tcp://127.0.0.1:" + taken.getLocalPort() + ": Address already in use");
        }
    }

    /** A listener has said that it is closed, and its address is free a moment later. */
    @Test
    void waitsForAnAddressThatIsBeingGivenUp() throws Exception {
        int port;
        try (ServerSocket before = new ServerSocket(FreePort.next(), 1, java.net.InetAddress.getLoopbackAddress())) {
            port = before.getLocalPort();
            CompletableFuture.runAsync(() -> {
                try {
                    before.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }, CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
            route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> { });
            assertThat(before.isClosed()).isTrue();
        }
        ZMQ.Socket client = client(SocketType.REQ, port);
        client.send("here?");
        assertThat(client.recvStr()).isEqualTo("here?");
    }

    @Test
    void addressIsFreeAtOnceAfterARouteStopsAndSubscribersComeBackByThemselves() throws Exception {
        int port = FreePort.next();
        ZMQ.Socket client = client(SocketType.REQ, port);
        // What a client sends before it has noticed that its peer is gone is lost, so it asks again.
        client.setReqRelaxed(true);
        client.setReqCorrelate(true);
        client.setReceiveTimeOut(1_000);
        for (int i = 0; i < 5; i++) {
            String question = "round " + i;
            route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> { });
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                client.send(question);
                return question.equals(client.recvStr());
            });
            camel.getRouteController().stopRoute("tested");
            camel.removeRoute("tested");
        }
    }

    @Test
    void losesNothingThatWasSentWhenTheProducerStops() throws Exception {
        ZMQ.Socket pull = zmq.createSocket(SocketType.PULL);
        pull.setRcvHWM(100_000);
        int port = pull.bindToRandomPort("tcp://127.0.0.1");
        CamelContext other = new DefaultCamelContext();
        other.start();
        ProducerTemplate producer = other.createProducerTemplate();
        for (int i = 0; i < 5_000; i++) {
            producer.sendBody("zeromq:push:tcp://127.0.0.1:" + port + "?linger=10s", Integer.toString(i));
        }
        other.stop();
        pull.setReceiveTimeOut(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(pull.recvStr()).isEqualTo(Integer.toString(i));
        }
    }

    /** Single messages are written by their sender, those of a stream by the socket's thread: none may overtake another where that changes. */
    @Test
    void keepsTheOrderOfEachSenderThroughStreamsAndPauses() throws Exception {
        int port = FreePort.next();
        String uri = "zeromq:pub:tcp://127.0.0.1:" + port + "?slowSubscriberTimeout=20s&queueSize=50&sendHighWaterMark=100";
        ZMQ.Socket reader = client(SocketType.SUB, port);
        reader.subscribe("");
        publishUntilReceived(uri, reader, "ready");
        reader.setReceiveTimeOut(20_000);
        int senders = 3;
        int each = 6_000;
        CompletableFuture<?> sending = CompletableFuture.allOf(IntStream.range(0, senders).mapToObj(sender -> CompletableFuture.runAsync(() -> {
            for (int i = 0; i < each; i++) {
                template.sendBody(uri, sender + " " + i);
                if (i % 500 == 0) {
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }, command -> new Thread(command).start())).toArray(CompletableFuture[]::new));
        int[] next = new int[senders];
        for (int got = 0; got < senders * each;) {
            String text = reader.recvStr();
            assertThat(text).as("after %d messages", got).isNotNull();
            if (!text.equals("ready")) {
                String[] parts = text.split(" ");
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next[Integer.parseInt(parts[0])]++);
                got++;
            }
        }
        sending.get(10, TimeUnit.SECONDS);
    }

    @Test
    void sendsAListOfListsAsSeveralMessages() {
        ZMQ.Socket pull = zmq.createSocket(SocketType.PULL);
        pull.setReceiveTimeOut(10_000);
        template.sendBody("zeromq:push:tcp://127.0.0.1:" + pull.bindToRandomPort("tcp://127.0.0.1"), List.of(List.of("a", "b"), List.of("c")));
        assertThat(ZMsg.recvMsg(pull)).hasSize(2);
        assertThat(pull.recvStr()).isEqualTo("c");
    }

    /** Senders write to the socket themselves; JeroMQ takes an interrupt for a reason to give up between two frames. */
    @Test
    void keepsMessagesWholeWhenTheirSendersAreInterrupted() throws Exception {
        ZMQ.Socket pull = zmq.createSocket(SocketType.PULL);
        pull.setRcvHWM(100_000);
        pull.setReceiveTimeOut(10_000);
        String to = "zeromq:push:tcp://127.0.0.1:" + pull.bindToRandomPort("tcp://127.0.0.1");
        template.sendBody(to, List.of("a", "b"));
        AtomicInteger accepted = new AtomicInteger(1);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> senders = IntStream.range(0, 4).mapToObj(sender -> new Thread(() -> {
            for (int i = 0; i < 2_000; i++) {
                Exchange exchange = template.request(to, e -> e.getMessage().setBody(List.of("a" + sender, "b" + sender)));
                Thread.interrupted();
                if (exchange.getException() == null) {
                    accepted.incrementAndGet();
                }
            }
        })).toList();
        Thread interrupter = new Thread(() -> {
            while (!done.get()) {
                senders.forEach(Thread::interrupt);
                LockSupport.parkNanos(50_000);
            }
        });
        senders.forEach(Thread::start);
        interrupter.start();
        for (Thread sender : senders) {
            sender.join(60_000);
        }
        done.set(true);
        template.sendBody(to, List.of("last"));
        int whole = 0;
        for (String frame = pull.recvStr(); !"last".equals(frame); frame = pull.recvStr()) {
            assertThat(pull.hasReceiveMore()).isTrue();
            assertThat(pull.recvStr()).isEqualTo("b" + frame.substring(1));
            assertThat(pull.hasReceiveMore()).isFalse();
            whole++;
        }
        assertThat(whole).isEqualTo(accepted.get()).isGreaterThan(100);
    }

    @Test
    void answersWhatItHasTakenBeforeTheConsumerStops() throws Exception {
        int port = FreePort.next();
        CountDownLatch working = new CountDownLatch(8);
        CountDownLatch release = new CountDownLatch(1);
        route("zeromq:rep:tcp://127.0.0.1:" + port, exchange -> {
            working.countDown();
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
        });
        ZMQ.Socket dealer = client(SocketType.DEALER, port);
        for (int i = 0; i < 20; i++) {
            dealer.sendMore("");
            dealer.send("n" + i);
        }
        assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();
        ZeromqConsumer consumer = (ZeromqConsumer) camel.getRoute("tested").getConsumer();
        await().until(() -> consumer.inFlight() == 20);
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> {
            try {
                camel.getRouteController().stopRoute("tested");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        release.countDown();
        stopping.get(20, TimeUnit.SECONDS);
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 20; i++) {
            ZMsg message = ZMsg.recvMsg(dealer);
            answers.add(message.getLast().getString(StandardCharsets.UTF_8));
        }
        assertThat(answers).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void makesSendersWaitWhenTheQueueIsFullInsteadOfGrowing() throws Exception {
        int port = FreePort.next();
        CountDownLatch release = new CountDownLatch(1);
        MockEndpoint end = camel.getEndpoint("mock:end", MockEndpoint.class);
        end.setRetainFirst(0);
        route("zeromq:pull:tcp://127.0.0.1:" + port + "?queueSize=10&receiveHighWaterMark=10",
                exchange -> assertThat(release.await(30, TimeUnit.SECONDS)).isTrue());
        String uri = "zeromq:push:tcp://127.0.0.1:" + port + "?queueSize=10&sendHighWaterMark=10&sendTimeout=300";
        byte[] body = new byte[100_000];
        int accepted = 0;
        Throwable refused = null;
        while (refused == null && accepted < 2_000) {
            try {
                template.sendBody(uri, body);
                accepted++;
            } catch (Exception e) {
                refused = e;
            }
        }
        assertThat(refused).rootCause().hasMessageContaining("No room in the queue");
        end.expectedMessageCount(accepted);
        release.countDown();
        end.assertIsSatisfied(20_000);
    }

    @Test
    void waitsForAReadingSubscriberAndDropsOnlyForOneThatDoesNotRead() throws Exception {
        int port = FreePort.next();
        String uri = "zeromq:pub:tcp://127.0.0.1:" + port + "?slowSubscriberTimeout=500&sendHighWaterMark=50";
        ZMQ.Socket reader = client(SocketType.SUB, port);
        reader.setRcvHWM(50);
        reader.subscribe("");
        publishUntilReceived(uri, reader, "ready");
        byte[] body = new byte[20_000];
        int count = 3_000;
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            reader.setReceiveTimeOut(5_000);
            int seen = 0;
            while (seen < count) {
                byte[] got = reader.recv();
                if (got == null) {
                    return seen;
                }
                seen += got.length == body.length ? 1 : 0;
            }
            return seen;
        });
        for (int i = 0; i < count; i++) {
            template.sendBody(uri, body);
        }
        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(count);

        // Now nobody reads: after one wait the rest goes through without delay.
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            template.sendBody(uri, body);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void cutsOffAPeerWhoseMessageIsTooLong() throws Exception {
        int port = FreePort.next();
        route("zeromq:rep:tcp://127.0.0.1:" + port + "?maxMessageSize=1000", exchange -> { });
        ZMQ.Socket greedy = client(SocketType.REQ, port);
        greedy.setReceiveTimeOut(300);
        greedy.send(new byte[1001]);
        assertThat(greedy.recv()).isNull();
        ZMQ.Socket modest = client(SocketType.REQ, port);
        modest.send(new byte[1000]);
        assertThat(modest.recv()).hasSize(1000);
    }

    @Test
    void healthFollowsTheConnections() throws Exception {
        int port = FreePort.next();
        route("zeromq:sub:tcp://127.0.0.1:" + port + "?reconnectInterval=20ms", exchange -> { });
        HealthCheckRegistry registry = HealthCheckRegistry.get(camel);
        HealthCheck check = registry.stream().filter(c -> c.getId().startsWith("zeromq-sub")).findFirst().orElseThrow();
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
        ZMQ.Socket publisher = zmq.createSocket(SocketType.PUB);
        publisher.bind("tcp://127.0.0.1:" + port);
        await().until(() -> check.call().getState() == HealthCheck.State.UP);
        publisher.close();
        await().until(() -> check.call().getState() == HealthCheck.State.DOWN);
        assertThat(check.call().getDetails()).containsEntry("connects", 1L).containsEntry("disconnects", 1L);
        camel.getRouteController().stopRoute("tested");
        assertThat(registry.stream().filter(c -> c.getId().startsWith("zeromq-sub"))).isEmpty();
    }
}
