package io.dromedary.bench;

import java.io.BufferedReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import com.sun.management.OperatingSystemMXBean;
import io.dromedary.testing.FreePort;
import io.dromedary.testing.Peers;
import io.dromedary.trainer.TrainerCodec;
import io.dromedary.trainer.TrainerFlow;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * Events and commands per second: the reference's Python service, bare JeroMQ with the same JSON work, and our routes, in turns in one
 * run. What arrives is counted, and the last event is read and compared.
 */
public final class ZeromqBench {

    private static final String ALONE = "commands/s of 8 clients ours";
    private static final String BESIDE_SLOW = ALONE + ", beside a slow command";

    private final int rounds;
    private final int events;
    private final ZContext zmq = new ZContext();
    private final ZContext bareZmq = new ZContext();
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    /** A slow command takes as long as it takes to get one of these. */
    private final Semaphore slow = new Semaphore(0);

    private ZeromqBench(int rounds, int events) {
        this.rounds = rounds;
        this.events = events;
    }

    /** Arguments: rounds, then events per round. */
    public static void main(String[] args) throws Exception {
        new ZeromqBench(args.length > 0 ? Integer.parseInt(args[0]) : 5, args.length > 1 ? Integer.parseInt(args[1]) : 100_000).run();
        System.exit(0);
    }

    private void run() throws Exception {
        int pythonEvents = FreePort.next();
        int pythonCommands = FreePort.next();
        Process python = new ProcessBuilder(Peers.python(), "src/test/python/trainer_bench.py", "" + pythonEvents, "" + pythonCommands)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (TrainerFlow flow = TrainerFlow.device("trainer.heartbeat-interval=1h"); BufferedReader out = python.inputReader();
                Writer in = python.outputWriter()) {
            if (!"ready".equals(out.readLine())) {
                throw new IllegalStateException("The Python service did not start: is auto-trainer-api installed for " + Peers.python() + "?");
            }
            flow.camel().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:trainer-custom-command/slow").process(e -> slow.acquire());
                }
            });
            IntConsumer ours = publisher(flow);
            try (ZMQ.Socket bare = bare()) {
                int barePort = bare.bindToRandomPort("tcp://127.0.0.1");
                for (int round = 0; round <= rounds; round++) {
                    boolean warm = round > 0;
                    events("events/s bare JeroMQ", barePort, events, n -> bareEvents(bare, n), warm);
                    events("events/s ours", flow.eventsPort(), events, ours, warm);
                    events("events/s Python", pythonEvents, Math.min(events, 20_000), n -> tell(in, "events " + n), warm);
                }
            }
            for (int round = 0; round <= rounds; round++) {
                boolean warm = round > 0;
                latency("command p50 ms ours", flow.commandsPort(), warm ? 1_000 : 5_000, warm);
                latency("command p50 ms Python", pythonCommands, 20, warm);
                throughput("commands/s of 8 clients Python", pythonCommands, 5, warm);
                throughput(ALONE, flow.commandsPort(), warm ? 2_000 : 5_000, warm);
                besideSlow(flow.commandsPort(), warm ? 2_000 : 5_000, warm);
                throughput(ALONE, flow.commandsPort(), 2_000, warm);
            }
        } finally {
            python.destroyForcibly();
        }
        print();
    }

    private static void tell(Writer in, String line) {
        try {
            in.write(line + "\n");
            in.flush();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ZMQ.Socket bare() {
        // A context of its own, as each of the others has, and as two programs always have.
        ZMQ.Socket socket = bareZmq.createSocket(SocketType.PUB);
        // As ours: it waits for a subscriber that reads.
        socket.setXpubNoDrop(true);
        return socket;
    }

    private static Map<String, Object> event(int index) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("training_phase_id", "9b2e6f3a-1c4d-4e5f-8a9b-0c1d2e3f4a5b");
        context.put("progress", 0.4125);
        context.put("position", List.of(12.5, 3.75, 0.0625));
        context.put("file_name", "session/2026/01/02/trial.h5");
        context.put("comment", "the mouse went through the tunnel and came back with a pellet");
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("kind", 1101);
        event.put("when", 1760000000.25 + index);
        event.put("index", index);
        event.put("context", context);
        return event;
    }

    private static void bareEvents(ZMQ.Socket socket, int count) {
        TrainerCodec codec = new TrainerCodec("double", "intact");
        for (int i = 0; i < count; i++) {
            List<byte[]> frames = codec.encodeMessage("EVENT", event(i));
            socket.send(frames.get(0), ZMQ.SNDMORE);
            socket.send(frames.get(1));
        }
    }

    private static IntConsumer publisher(TrainerFlow flow) throws Exception {
        Producer producer = flow.camel().getEndpoint("direct:trainer-event").createProducer();
        producer.start();
        Processor processor = producer;
        return count -> {
            try {
                for (int i = 0; i < count; i++) {
                    Exchange exchange = producer.getEndpoint().createExchange();
                    exchange.getMessage().setBody(event(i));
                    processor.process(exchange);
                    if (exchange.getException() != null) {
                        throw exchange.getException();
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** CPU time of this process, which holds our side and the measuring clients; it can be read on a busy machine too. */
    private static double cpuMicros() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e3;
    }

    private void events(String name, int port, int count, IntConsumer publish, boolean keep) throws Exception {
        try (ZMQ.Socket subscriber = zmq.createSocket(SocketType.SUB)) {
            subscriber.setHandshakeIvl(500);
            subscriber.subscribe("");
            subscriber.setReceiveTimeOut(200);
            subscriber.connect("tcp://127.0.0.1:" + port);
            byte[] got = null;
            for (int tries = 0; got == null && tries < 50; tries++) {
                publish.accept(1);
                got = subscriber.recv();
            }
            subscriber.setReceiveTimeOut(1_500);
            while (subscriber.recv() != null) {
                continue;
            }
            subscriber.setReceiveTimeOut(3_000);
            double cpu = cpuMicros();
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish.accept(count));
            long begin = 0;
            long end = 0;
            int received = 0;
            String last = "";
            while (received < count) {
                byte[] topic = subscriber.recv();
                if (topic == null) {
                    break;
                }
                byte[] body = subscriber.recv();
                received++;
                end = System.nanoTime();
                begin = begin == 0 ? end : begin;
                if (received == count) {
                    last = new String(body, StandardCharsets.UTF_8);
                }
            }
            publishing.get(60, TimeUnit.SECONDS);
            cpu = cpuMicros() - cpu;
            if (keep) {
                add(name, (received - 1) * 1e9 / (end - begin));
                add(name.replace("events/s", "CPU us per event"), cpu / count);
                add(name.replace("events/s", "events lost"), count - received);
                if (received == count && !last.contains("\\\"index\\\":" + (count - 1) + ",")) {
                    throw new IllegalStateException("Wrong last event: " + last);
                }
            }
        }
    }

    private ZMQ.Socket client(int port) {
        ZMQ.Socket socket = zmq.createSocket(SocketType.REQ);
        socket.setHandshakeIvl(500);
        socket.setReceiveTimeOut(10_000);
        socket.connect("tcp://127.0.0.1:" + port);
        ask(socket, 0);
        return socket;
    }

    private static void ask(ZMQ.Socket socket, int nonce) {
        socket.send("{\"command\": 0, \"nonce\": " + nonce + "}");
        String reply = socket.recvStr();
        if (reply == null || !reply.startsWith("{\"nonce\":" + nonce + ",")) {
            throw new IllegalStateException("Wrong reply: " + reply);
        }
    }

    private void latency(String name, int port, int count, boolean keep) {
        try (ZMQ.Socket client = client(port)) {
            double[] millis = new double[count];
            for (int i = 0; i < count; i++) {
                long begin = System.nanoTime();
                ask(client, i);
                millis[i] = (System.nanoTime() - begin) / 1e6;
            }
            Arrays.sort(millis);
            if (keep) {
                add(name, millis[count / 2]);
                add(name.replace("p50", "p99"), millis[(int) (count * 0.99)]);
            }
        }
    }

    /** The slow command runs before the others begin, and is answered after they have ended. */
    private void besideSlow(int port, int each, boolean keep) throws Exception {
        try (ZMQ.Socket client = client(port)) {
            client.send("{\"command\":99999,\"custom_command\":\"slow\"}");
            Awaitility.await().until(() -> slow.getQueueLength() == 1);
            throughput(BESIDE_SLOW, port, each, keep);
            if (slow.getQueueLength() != 1) {
                throw new IllegalStateException("The slow command was not slow");
            }
            slow.release();
            if (client.recvStr() == null) {
                throw new IllegalStateException("The slow command was not answered");
            }
        }
    }

    private void throughput(String name, int port, int each, boolean keep) throws Exception {
        List<ZMQ.Socket> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(client(port));
        }
        List<Thread> threads = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(8);
        double cpu = cpuMicros();
        long begin = System.nanoTime();
        for (ZMQ.Socket client : clients) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    ask(client, i);
                }
                done.countDown();
            });
            thread.start();
            threads.add(thread);
        }
        if (!done.await(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Not all commands were answered");
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        cpu = cpuMicros() - cpu;
        for (Thread thread : threads) {
            thread.join();
        }
        clients.forEach(ZMQ.Socket::close);
        if (keep) {
            add(name, 8 * each / seconds);
            add(name.replace("commands/s", "CPU us per command"), cpu / (8 * each));
        }
    }

    private void add(String name, double value) {
        figures.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private double median(String name) {
        double[] values = figures.get(name).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return values[values.length / 2];
    }

    private void print() {
        figures.keySet().forEach(name -> System.out.printf("%-55s %,14.3f   %s%n", name, median(name),
                figures.get(name).stream().map(v -> String.format("%,.2f", v)).toList()));
        System.out.printf("ratio events ours / Python      %.2f (wanted: 3)%n", median("events/s ours") / median("events/s Python"));
        System.out.printf("ratio events ours / bare JeroMQ %.2f (wanted: 0.7)%n", median("events/s ours") / median("events/s bare JeroMQ"));
        System.out.printf("the same by processor time         %.2f%n", median("CPU us per event bare JeroMQ") / median("CPU us per event ours"));
        System.out.printf("ratio commands beside a slow one / alone %.2f (wanted: 1)%n", median(BESIDE_SLOW) / median(ALONE));
    }
}
