package io.dromedary.embedded;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.dromedary.mavftp.FtpPayload;
import io.dromedary.mavftp.FtpTransport;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkFrame;
import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.MavlinkMessage;

/**
 * The simulated vehicle's end of the link, with all its faults, and its only processor: what is received and what is scheduled runs on
 * one thread, so the vehicle's parts need no locks. Switched off, it neither hears nor sends.
 */
final class VehicleRadio implements FtpTransport, AutoCloseable {

    /** Frames under way; a real radio drops as well when its buffers are full. */
    private static final int MAX_UNDER_WAY = 20_000;
    private static final ThreadLocal<byte[]> FTP_BUFFERS = ThreadLocal.withInitial(() -> new byte[FtpPayload.MAX_LENGTH]);

    private final VehicleFaults faults;
    private final Consumer<MavlinkMessage> receiver;
    private final ScheduledThreadPoolExecutor processor;
    private final MavlinkLink link;
    private volatile FtpTransport.Listener ftpServer = (system, component, payload) -> { };
    private volatile boolean on = true;

    VehicleRadio(LinkSettings settings, VehicleFaults faults, Consumer<MavlinkMessage> receiver) throws IOException {
        this.faults = faults;
        this.receiver = receiver;
        processor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "simulated-vehicle");
            thread.setDaemon(true);
            return thread;
        });
        processor.setRemoveOnCancelPolicy(true);
        link = MavlinkLink.open(settings);
        link.subscribe(this::heard);
    }

    MavlinkLink link() {
        return link;
    }

    ScheduledThreadPoolExecutor processor() {
        return processor;
    }

    void power(boolean newOn) {
        on = newOn;
    }

    boolean isOn() {
        return on;
    }

    /** A message of that name with all fields zero. */
    MavlinkMessage message(String name) {
        return link.dialect().message(name);
    }

    /** Sends a message, which must not be changed any more. */
    void send(MavlinkMessage message) {
        if (on) {
            int length = message.definition().length() + 12;
            for (long delay : faults.outgoing(message.name(), length, message.id() * 31 + message.toMap().hashCode())) {
                after(delay, () -> link.send(message));
            }
        }
    }

    @Override
    public void send(int system, int component, FtpPayload payload) {
        if (on) {
            for (long delay : faults.outgoing(payload)) {
                after(delay, () -> {
                    byte[] buffer = FTP_BUFFERS.get();
                    link.sendFtp(system, component, buffer, 0, payload.encode(buffer, 0));
                });
            }
        }
    }

    @Override
    public Subscription listen(FtpTransport.Listener listener) {
        ftpServer = listener;
        return () -> ftpServer = (system, component, payload) -> { };
    }

    private void after(long nanos, Runnable action) {
        if (nanos <= 0) {
            ifOn(action);
            return;
        }
        schedule(nanos, () -> ifOn(action));
    }

    private void ifOn(Runnable action) {
        if (on) {
            action.run();
        }
    }

    private void schedule(long nanos, Runnable action) {
        if (processor.getQueue().size() < MAX_UNDER_WAY) {
            try {
                processor.schedule(action, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // closed in this moment
            }
        }
    }

    private void heard(MavlinkFrame frame) {
        if (!on || frame.definition() == null) {
            return;
        }
        if (frame.messageId() == MavlinkFrame.FTP) {
            FtpPayload payload = FtpPayload.decode(frame.buffer(), frame.payloadOffset() + MavlinkFrame.FTP_PAYLOAD_AT,
                    Math.max(0, frame.payloadLength() - MavlinkFrame.FTP_PAYLOAD_AT));
            if (payload != null) {
                int system = frame.systemId();
                int component = frame.componentId();
                for (long delay : faults.incoming(frame.length(), VehicleFaults.key(payload))) {
                    after(delay, () -> ftpServer.received(system, component, payload));
                }
            }
            return;
        }
        MavlinkMessage message = frame.message();
        for (long delay : faults.incoming(frame.length(), key(frame))) {
            schedule(delay, () -> ifOn(() -> receiver.accept(message)));
        }
    }

    private static int key(MavlinkFrame frame) {
        int key = frame.messageId();
        for (int n = 0; n < frame.payloadLength(); n++) {
            key = key * 31 + frame.u8(n);
        }
        return key;
    }

    @Override
    public void close() {
        processor.shutdownNow();
        link.close();
    }
}
