package io.dromedary.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.mavlink.MavlinkMessage;

/** Logs over the LOG_ messages: the list, and data in blocks of 90 bytes. Runs on the radio's thread. */
final class SimulatedLogs {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatedLogs.class);
    private static final int BLOCK = 90;
    private static final int BLOCKS_PER_CYCLE = 20;
    private static final long CYCLE_MILLIS = 5;

    private final SimulatedVehicle vehicle;
    private final VehicleRadio radio;
    private List<Path> logs = List.of();
    private Path sending;
    private int sendingId;
    private long offset;
    private long end;

    SimulatedLogs(SimulatedVehicle vehicle, VehicleRadio radio) {
        this.vehicle = vehicle;
        this.radio = radio;
    }

    void reboot() {
        logs = List.of();
        sending = null;
    }

    private List<Path> find() throws IOException {
        Path folder = vehicle.settings().root.resolve(SimulatedFlight.LOG_FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 2)) {
            return all.filter(path -> path.getFileName().toString().endsWith(".ulg")).sorted().toList();
        }
    }

    void listRequested(MavlinkMessage message) {
        try {
            logs = find();
            int first = message.getInt("start");
            int last = Math.min(message.getInt("end"), logs.size() - 1);
            if (logs.isEmpty()) {
                entry(0, 0, 0);
            }
            for (int id = first; id <= last; id++) {
                entry(id, Files.getLastModifiedTime(logs.get(id)).toMillis() / 1000, Files.size(logs.get(id)));
            }
        } catch (IOException e) {
            LOG.warn("The simulated vehicle cannot list its logs: {}", e.toString());
        }
    }

    private void entry(int id, long time, long size) {
        radio.send(radio.message("LOG_ENTRY").set("id", id).set("num_logs", logs.size()).set("last_log_num", Math.max(0, logs.size() - 1))
                .set("time_utc", time).set("size", size));
    }

    void dataRequested(MavlinkMessage message) {
        int id = message.getInt("id");
        if (id >= logs.size()) {
            return;
        }
        boolean running = sending != null;
        sending = logs.get(id);
        sendingId = id;
        offset = message.getLong("ofs");
        end = offset + message.getLong("count");
        if (!running) {
            sendSome();
        }
    }

    private void sendSome() {
        if (sending == null) {
            return;
        }
        try (FileChannel file = FileChannel.open(sending)) {
            for (int n = 0; n < BLOCKS_PER_CYCLE && sending != null; n++) {
                ByteBuffer block = ByteBuffer.allocate((int) Math.max(0, Math.min(BLOCK, Math.min(end, file.size()) - offset)));
                int count = Math.max(0, file.read(block, offset));
                radio.send(radio.message("LOG_DATA").set("id", sendingId).set("ofs", offset).set("count", count)
                        .set("data", Arrays.copyOf(block.array(), count)));
                offset += count;
                if (count < BLOCK || offset >= end) {
                    sending = null;
                }
            }
        } catch (IOException e) {
            sending = null;
        }
        if (sending != null) {
            radio.processor().schedule(this::sendSome, CYCLE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void endRequested() {
        sending = null;
    }

    void eraseRequested() {
        try {
            for (Path log : find()) {
                Files.delete(log);
            }
        } catch (IOException e) {
            LOG.warn("The simulated vehicle cannot erase its logs: {}", e.toString());
        }
        reboot();
    }
}
