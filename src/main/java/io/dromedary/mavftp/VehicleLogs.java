package io.dromedary.mavftp;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.dromedary.mavlink.MavlinkLink;
import io.dromedary.mavlink.VehicleLogList;

/** Flight logs on a vehicle: files from the listing, times from the LOG_ENTRY messages, the logger stopped while files go. */
final class VehicleLogs {

    private static final int SHELL_DEVICE = 10;
    /** RESPOND and EXCLUSIVE. */
    private static final int SHELL_FLAGS = 6;
    private static final int SHELL_DATA = 70;
    private static final Duration LIST_LIMIT = Duration.ofSeconds(5);
    /** Sizes of LOG_ENTRY and listing differ by what the logger wrote in between. */
    private static final long SIZE_TOLERANCE = 4096;

    private final MavlinkLink link;
    private final int system;
    private final int component;

    VehicleLogs(MavlinkLink link, int system, int component) {
        this.link = link;
        this.system = system;
        this.component = component;
    }

    /**
     * The {@code .ulg} files in a directory and the directories in it, newest first, each with index, remote_path, size_bytes and utc
     * (seconds). The time comes from the vehicle's log list, matched by size, when both have the same number of logs; else from the
     * listing if the vehicle tells times there; else it is 0.
     */
    List<Map<String, Object>> ulogs(FtpClient client, String base) throws IOException, InterruptedException {
        List<Map<String, Object>> files = new ArrayList<>();
        List<FtpEntry> top = client.list(base).await().value();
        addUlogs(files, base, top);
        for (FtpEntry entry : top) {
            if (entry.directory()) {
                String directory = FtpNames.child(base, entry.name());
                addUlogs(files, directory, client.list(directory).await().value());
            }
        }
        assignTimes(files, new ArrayList<>(VehicleLogList.fetch(link, system, component, LIST_LIMIT)));
        files.sort(Comparator.comparingLong((Map<String, Object> f) -> (long) f.get("utc")).reversed());
        for (int i = 0; i < files.size(); i++) {
            files.get(i).put("index", i);
        }
        return files;
    }

    private static void addUlogs(List<Map<String, Object>> files, String directory, List<FtpEntry> entries) {
        for (FtpEntry entry : entries) {
            if (!entry.directory() && entry.name().endsWith(".ulg")) {
                Map<String, Object> file = new LinkedHashMap<>();
                file.put("index", 0);
                file.put("remote_path", FtpNames.child(directory, entry.name()));
                file.put("size_bytes", entry.size());
                file.put("utc", entry.modified() == null ? 0L : entry.modified().getEpochSecond());
                files.add(file);
            }
        }
    }

    private static void assignTimes(List<Map<String, Object>> files, List<VehicleLogList.Entry> entries) {
        if (entries.size() != files.size()) {
            return;
        }
        for (Map<String, Object> file : files) {
            long size = (long) file.get("size_bytes");
            VehicleLogList.Entry best = entries.stream().min(Comparator.comparingLong(e -> Math.abs(e.size() - size))).orElse(null);
            if (best != null && Math.abs(best.size() - size) <= SIZE_TOLERANCE) {
                file.put("utc", best.time());
                entries.remove(best);
            }
        }
    }

    /** The error logs ({@code fail_*.log}) directly in a directory, with path and size_bytes. */
    static List<Map<String, Object>> errorLogs(FtpClient client, String directory) throws IOException {
        List<Map<String, Object>> files = new ArrayList<>();
        Predicate<String> failure = name -> name.startsWith("fail_") && name.endsWith(".log");
        for (FtpEntry entry : client.list(directory).await().value()) {
            if (!entry.directory() && failure.test(entry.name())) {
                files.add(Map.of("path", FtpNames.child(directory, entry.name()), "size_bytes", entry.size()));
            }
        }
        return files;
    }

    /**
     * Tells PX4's logger to stop or start through its shell. There is no answer worth waiting for: vehicles without a shell stay silent,
     * and a file that is still open shows in the removal itself.
     */
    void logger(boolean run) {
        byte[] text = (run ? "logger start\n" : "logger stop\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        link.send(link.dialect().message("SERIAL_CONTROL").set("device", SHELL_DEVICE).set("flags", SHELL_FLAGS)
                .set("count", text.length).set("data", java.util.Arrays.copyOf(text, SHELL_DATA)));
    }
}
