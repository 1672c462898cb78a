package io.dromedary.mavftp;

import java.time.Instant;

/**
 * One entry of a directory on the vehicle.
 *
 * @param name name within its directory, see {@link FtpNames} for bytes that are not UTF-8
 * @param directory whether it is a directory
 * @param size length in bytes, 0 for a directory, -1 when the vehicle sent something unreadable
 * @param modified time of the last change, null when the vehicle does not tell it
 */
public record FtpEntry(String name, boolean directory, long size, Instant modified) {

    /**
     * Reads one record of a listing.
     *
     * @return null for what is no entry: skipped ones, unknown kinds, the directory itself and its parent
     */
    static FtpEntry parse(byte[] data, int from, int to, boolean withTime) {
        if (from >= to) {
            return null;
        }
        char kind = (char) data[from];
        int end = to;
        long time = 0;
        long size = 0;
        if (kind == 'F' || withTime && kind == 'D') {
            int tab = lastTab(data, from, end);
            if (withTime && tab > from) {
                time = number(data, tab + 1, end);
                end = tab;
                tab = lastTab(data, from, end);
            }
            if (tab > from) {
                size = number(data, tab + 1, end);
                end = tab;
            } else {
                size = -1;
            }
        } else if (kind != 'D') {
            return null;
        }
        String name = FtpNames.decode(data, from + 1, end - from - 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return null;
        }
        return new FtpEntry(name, kind == 'D', kind == 'D' ? 0 : size, time > 0 ? Instant.ofEpochSecond(time) : null);
    }

    /** Names may hold tabs: size and time stand behind the last ones. */
    private static int lastTab(byte[] data, int from, int to) {
        for (int i = to - 1; i > from; i--) {
            if (data[i] == '\t') {
                return i;
            }
        }
        return -1;
    }

    private static long number(byte[] data, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            if (data[i] < '0' || data[i] > '9' || value > 0xFFFFFFFFFFL) {
                return -1;
            }
            value = value * 10 + data[i] - '0';
        }
        return from < to ? value : -1;
    }
}
