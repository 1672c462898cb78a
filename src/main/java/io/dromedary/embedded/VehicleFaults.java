package io.dromedary.embedded;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.dromedary.mavftp.FtpError;
import io.dromedary.mavftp.FtpOpcode;
import io.dromedary.mavftp.FtpPayload;

/**
 * What goes wrong between a {@link SimulatedVehicle} and its clients. Loss, delay, reordering, duplicates and a bandwidth cap are set
 * on {@link #toVehicle()} and {@link #fromVehicle()}; the other faults are scripted here. May be changed at any time.
 */
public final class VehicleFaults {

    /** Bytes around a FILE_TRANSFER_PROTOCOL payload: header, network and target fields, checksum. */
    private static final int FTP_FRAMING = 15;
    private static final long[] NOTHING = {};

    private final LinkModel toVehicle;
    private final LinkModel fromVehicle;
    private final Map<String, long[]> answers = new ConcurrentHashMap<>();
    private final AtomicInteger lostEofs = new AtomicInteger();
    private final AtomicInteger packetsUntilReboot = new AtomicInteger(-1);
    private volatile Duration outage = Duration.ZERO;
    private volatile Runnable reboot = () -> { };

    VehicleFaults(long seed) {
        toVehicle = new LinkModel(seed);
        fromVehicle = new LinkModel(seed + 1);
    }

    void onReboot(Runnable action) {
        reboot = action;
    }

    /** What happens to frames on their way to the vehicle. */
    public LinkModel toVehicle() {
        return toVehicle;
    }

    /** What happens to frames on their way from the vehicle. */
    public LinkModel fromVehicle() {
        return fromVehicle;
    }

    /** One-way delay in milliseconds and probability of loss, the same in both directions. */
    public VehicleFaults link(double delayMillis, double loss) {
        toVehicle.delayMillis(delayMillis).loss(loss);
        fromVehicle.delayMillis(delayMillis).loss(loss);
        return this;
    }

    /**
     * What becomes of each message of a name that the vehicle sends: a copy after each of the given milliseconds. No number: it never
     * answers; {@code 1500}: late; {@code 0, 0}: twice.
     */
    public VehicleFaults answer(String message, long... delaysMillis) {
        answers.put(message, delaysMillis.clone());
        return this;
    }

    /** Ends {@link #answer} for that message. */
    public VehicleFaults answerNormally(String message) {
        answers.remove(message);
        return this;
    }

    /** Loses the next so many Naks that tell the end of a file or of a listing. */
    public VehicleFaults loseEofs(int count) {
        lostEofs.set(count);
        return this;
    }

    /** Reboots after so many further packets with file content, silent for a time. */
    public VehicleFaults rebootInTransfer(int afterPackets, Duration silence) {
        outage = silence;
        packetsUntilReboot.set(afterPackets);
        return this;
    }

    Duration outage() {
        return outage;
    }

    /** Delays in nanoseconds of a frame on its way to the vehicle. */
    long[] incoming(int length, int key) {
        return delays(toVehicle, length, key);
    }

    /** Delays in nanoseconds of a message that the vehicle sends. */
    long[] outgoing(String message, int length, int key) {
        long[] scripted = answers.get(message);
        if (scripted == null) {
            return delays(fromVehicle, length, key);
        }
        long[] base = scripted.length == 0 ? NOTHING : delays(fromVehicle, length, key);
        long[] all = new long[base.length * scripted.length];
        for (int n = 0; n < all.length; n++) {
            all[n] = base[n / scripted.length] + TimeUnit.MILLISECONDS.toNanos(scripted[n % scripted.length]);
        }
        return all;
    }

    /** Delays in nanoseconds of a file transfer answer. */
    long[] outgoing(FtpPayload payload) {
        boolean data = payload.opcode() == FtpOpcode.ACK
                && (payload.requestOpcode() == FtpOpcode.READ_FILE || payload.requestOpcode() == FtpOpcode.BURST_READ_FILE);
        if (data && packetsUntilReboot.get() >= 0 && packetsUntilReboot.getAndDecrement() == 0) {
            reboot.run();
            return NOTHING;
        }
        if (payload.opcode() == FtpOpcode.NAK && payload.error() == FtpError.EOF && lostEofs.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            return NOTHING;
        }
        return delays(fromVehicle, FTP_FRAMING + FtpPayload.HEADER_LENGTH + payload.data().length, key(payload));
    }

    /** The sequence number is left out: it begins at random in every client. */
    static int key(FtpPayload payload) {
        return ((payload.opcode() * 31 + payload.requestOpcode()) * 31 + payload.session()) * 31 + Long.hashCode(payload.offset());
    }

    private static long[] delays(LinkModel model, int length, int key) {
        long now = System.nanoTime();
        long[] arrivals = model.send(now, length, key);
        for (int n = 0; n < arrivals.length; n++) {
            arrivals[n] = Math.max(0, arrivals[n] - now);
        }
        return arrivals;
    }
}
