package io.dromedary.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What a hostile or broken network does to the device service: it answers as specified and stays as it was. */
@Timeout(300)
class BadInputIT {

    private static final String VALID = "{\"command\":0,\"nonce\":9}";
    private static final String VALID_REPLY =
            "{\"nonce\":9,\"command\":0,\"result\":100,\"data\":null,\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}";
    private static final String UNRECOGNIZED = "{\"nonce\":0,\"command\":0,\"result\":0,\"data\":null,";

    private final ZContext zmq = new ZContext();
    private TrainerFlow flow;

    @BeforeEach
    void start() throws Exception {
        flow = TrainerFlow.device();
    }

    @AfterEach
    void stop() {
        zmq.close();
        flow.close();
    }

    private ZMQ.Socket client(SocketType type) {
        ZMQ.Socket socket = zmq.createSocket(type);
        socket.setReceiveTimeOut(20_000);
        socket.setHandshakeIvl(1_000);
        socket.setLinger(0);
        socket.connect("tcp://127.0.0.1:" + flow.commandsPort());
        return socket;
    }

    private void stillServes() {
        ZMQ.Socket client = client(SocketType.REQ);
        client.send(VALID);
        assertThat(client.recvStr()).isEqualTo(VALID_REPLY);
        zmq.destroySocket(client);
    }

    @Test
    void answersRandomFramesAndBrokenJson() {
        Random random = new Random(42);
        ZMQ.Socket client = client(SocketType.REQ);
        String[] seeds = {VALID, "{\"command\":1e999,\"nonce\":-9223372036854775809}", "[[[[", "{\"command\":\"\\ud800\"}", "\ufeff" + VALID,
            "{\"command\":" + "9".repeat(4_000) + "}", "{\"command\":" + "9".repeat(5_000) + "}", "[".repeat(100_000)};
        for (int i = 0; i < 2_000; i++) {
            byte[] frame = seeds[random.nextInt(seeds.length)].getBytes(UTF_8);
            for (int n = random.nextInt(4); n > 0; n--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            }
            int more = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
            for (int n = 0; n < more; n++) {
                client.sendMore(frame);
            }
            client.send(frame);
            String reply = client.recvStr();
            assertThat(reply).as("seed 42, request %d", i).startsWith(more > 0 ? UNRECOGNIZED : "{\"nonce\":").endsWith("}");
        }
        stillServes();
    }

    @Test
    void answersLargeRequestsAndCutsOffTooLargeOnes() {
        ZMQ.Socket client = client(SocketType.REQ);
        client.send("{\"command\":0,\"nonce\":9,\"data\":\"" + "x".repeat(10_000_000) + "\"}");
        assertThat(client.recvStr()).isEqualTo(VALID_REPLY);
        client.send("x".repeat(10_000_000));
        assertThat(client.recvStr()).startsWith(UNRECOGNIZED);
        client.setReceiveTimeOut(500);
        client.send("x".repeat(17_000_000));
        assertThat(client.recvStr()).isNull();
        stillServes();
    }

    @Test
    void aClientThatSaysNothingHoldsUpNobody() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                Socket socket = new Socket("127.0.0.1", flow.commandsPort());
                silent.add(socket);
                if (i % 3 == 1) {
                    OutputStream out = socket.getOutputStream();
                    out.write(new byte[] {(byte) 0xff, 0, 0, 0});
                } else if (i % 3 == 2) {
                    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                }
            }
            stillServes();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aThousandClientsComeAndGoAndLeaveNothing() throws Exception {
        comeAndGo(100);
        long before = used();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        comeAndGo(1_000);
        stillServes();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(used() - before).as("bytes kept").isLessThan(8L << 20));
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - threads).as("threads kept").isLessThan(20);
    }

    private void comeAndGo(int clients) {
        for (int i = 0; i < clients; i++) {
            ZMQ.Socket client = client(i % 2 == 0 ? SocketType.REQ : SocketType.DEALER);
            client.send(i % 3 == 0 ? "rubbish" : VALID);
            if (i % 10 == 0) {
                client.setReceiveTimeOut(i % 20 == 0 ? 20_000 : 1);
                client.recv();
            }
            zmq.destroySocket(client);
        }
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void subscribersThatSendRubbishAreIgnored() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", flow.eventsPort())) {
                byte[] rubbish = new byte[1_000];
                new Random(i).nextBytes(rubbish);
                socket.getOutputStream().write(rubbish);
            }
        }
        flow.template().sendBody("direct:trainer-property-change", "still here");
        stillServes();
    }
}
