package io.dromedary.mavftp;

import java.io.IOException;

import io.dromedary.mavlink.MavlinkFrame;
import io.dromedary.mavlink.MavlinkLink;

/** Carries FTP payloads in FILE_TRANSFER_PROTOCOL messages over a MAVLink link that others use too. */
public final class LinkFtpTransport implements FtpTransport {

    private static final ThreadLocal<byte[]> BUFFERS = ThreadLocal.withInitial(() -> new byte[FtpPayload.MAX_LENGTH]);

    private final MavlinkLink link;

    /** Uses a link; its owner closes it. */
    public LinkFtpTransport(MavlinkLink link) {
        this.link = link;
    }

    @Override
    public void send(int system, int component, FtpPayload payload) throws IOException {
        byte[] buffer = BUFFERS.get();
        // false means that nobody is there yet: like a lost packet, it is repeated until the time limit
        link.sendFtp(system, component, buffer, 0, payload.encode(buffer, 0));
    }

    @Override
    public boolean isLost(int system, int component) {
        return link.vehicle(system, component).filter(vehicle -> !vehicle.present()).isPresent();
    }

    @Override
    public Subscription listen(Listener listener) {
        MavlinkLink.Subscription subscription = link.subscribe(frame -> {
            if (frame.messageId() == MavlinkFrame.FTP) {
                FtpPayload payload = FtpPayload.decode(frame.buffer(), frame.payloadOffset() + MavlinkFrame.FTP_PAYLOAD_AT,
                        Math.max(0, frame.payloadLength() - MavlinkFrame.FTP_PAYLOAD_AT));
                if (payload != null) {
                    listener.received(frame.systemId(), frame.componentId(), payload);
                }
            }
        });
        return subscription::close;
    }
}
