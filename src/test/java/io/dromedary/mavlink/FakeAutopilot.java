package io.dromedary.mavlink;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** An autopilot that answers as a test tells it to: heartbeats every 100 ms, and a handler for each message to it. */
final class FakeAutopilot implements AutoCloseable {

    /** Everything received except heartbeats. */
    final List<MavlinkMessage> received = new CopyOnWriteArrayList<>();
    private final UdpPeer peer;
    private final BiConsumer<MavlinkMessage, FakeAutopilot> handler;
    private final Thread thread;
    private volatile boolean running = true;

    FakeAutopilot(MavlinkLink link, BiConsumer<MavlinkMessage, FakeAutopilot> handler) {
        this(1, 1, link.localPorts().get(0), handler);
    }

    FakeAutopilot(int systemId, int componentId, int port, BiConsumer<MavlinkMessage, FakeAutopilot> handler) {
        this.peer = new UdpPeer(systemId, componentId, port);
        this.handler = handler;
        this.thread = new Thread(this::run, "fake-autopilot");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (running) {
            peer.heartbeat();
            MavlinkFrame frame = peer.receiveWithin(f -> f.messageId() != 0, 100);
            if (frame != null && frame.definition() != null) {
                MavlinkMessage message = frame.message();
                received.add(message);
                handler.accept(message, this);
            }
        }
    }

    void send(MavlinkMessage message) {
        peer.send(message);
    }

    void sendBytes(byte[] bytes) {
        peer.send(bytes);
    }

    MavlinkMessage message(String name) {
        return peer.dialect.message(name);
    }

    void ack(MavlinkMessage command, int result) {
        send(message("COMMAND_ACK").set("command", command.getInt("command")).set("result", result));
    }

    long count(String name) {
        return received.stream().filter(m -> m.name().equals(name)).count();
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join(5000);
        peer.close();
    }
}
