package io.dromedary.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a real broker and lets through MQTT 3.1.1 only, as brokers and gateways do that know nothing newer. */
public final class OldMqttGate implements AutoCloseable {

    /** How a client that speaks MQTT 5 is refused. */
    public enum Refusal {
        /** With the answer that MQTT 3.1.1 has for it. */
        RETURN_CODE,
        /** Without a word, as a gateway whose parser gives up. */
        HANG_UP
    }

    private static final int VERSION_3_1_1 = 4;
    private static final byte[] UNACCEPTABLE_VERSION = {0x20, 2, 0, 1};

    private final ServerSocket front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int broker;
    private final Refusal refusal;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();

    /** Listens on a port of its own. */
    public OldMqttGate(int broker, Refusal refusal) throws IOException {
        this.broker = broker;
        this.refusal = refusal;
        thread(this::accept);
    }

    /** Where clients find it. */
    public String url() {
        return "tcp://127.0.0.1:" + front.getLocalPort();
    }

    /** How many connections were too new. */
    public int refused() {
        return refused.get();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void thread(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // One of the two has closed its side.
            }
        }, "old-mqtt-gate");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (!front.isClosed()) {
            Socket near = front.accept();
            open.add(near);
            thread(() -> admit(near));
        }
    }

    private void admit(Socket near) throws IOException {
        byte[] connect = readConnect(new DataInputStream(near.getInputStream()));
        if (connect[connect.length - 1] != VERSION_3_1_1) {
            refused.incrementAndGet();
            if (refusal == Refusal.RETURN_CODE) {
                near.getOutputStream().write(UNACCEPTABLE_VERSION);
            }
            near.close();
            return;
        }
        try (near; Socket far = new Socket("127.0.0.1", broker)) {
            open.add(far);
            far.getOutputStream().write(connect);
            thread(() -> copy(far, near));
            copy(near, far);
        }
    }

    /** Type, remaining length, protocol name and level. */
    private static byte[] readConnect(DataInputStream in) throws IOException {
        byte[] start = new byte[64];
        int length = 0;
        start[length++] = in.readByte();
        do {
            start[length] = in.readByte();
        } while (start[length++] < 0);
        in.readFully(start, length, 7);
        return Arrays.copyOf(start, length + 7);
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
