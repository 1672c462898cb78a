package io.dromedary.mavlink;

/**
 * The frame checksum of MAVLink: CRC-16/MCRF4XX, reflected polynomial 0x8408, start value 0xFFFF, no final exclusive or.
 *
 * <p>Eight bytes a step (slicing), because this loop is most of the cost of a full frame.
 */
final class Checksum {

    static final int INIT = 0xFFFF;

    private static final int[][] TABLES = new int[8][256];

    /** Marks the values that one further byte can mix into the low bits; see {@link #reachable}. */
    private static final boolean[] IS_TABLE_VALUE = new boolean[0x10000];

    static {
        for (int n = 0; n < 256; n++) {
            int crc = n;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x8408;
            }
            TABLES[0][n] = crc;
            IS_TABLE_VALUE[crc] = true;
        }
        for (int table = 1; table < 8; table++) {
            for (int n = 0; n < 256; n++) {
                int previous = TABLES[table - 1][n];
                TABLES[table][n] = previous >>> 8 ^ TABLES[0][previous & 0xFF];
            }
        }
    }

    private Checksum() {
    }

    static int update(int crc, int b) {
        return crc >>> 8 ^ TABLES[0][(crc ^ b) & 0xFF];
    }

    static int update(int start, byte[] data, int from, int length) {
        int crc = start;
        int at = from;
        int end = from + length;
        int[] t0 = TABLES[0], t1 = TABLES[1], t2 = TABLES[2], t3 = TABLES[3];
        int[] t4 = TABLES[4], t5 = TABLES[5], t6 = TABLES[6], t7 = TABLES[7];
        for (; at + 8 <= end; at += 8) {
            crc = t7[(crc ^ data[at]) & 0xFF] ^ t6[(crc >>> 8 ^ data[at + 1]) & 0xFF]
                    ^ t5[data[at + 2] & 0xFF] ^ t4[data[at + 3] & 0xFF]
                    ^ t3[data[at + 4] & 0xFF] ^ t2[data[at + 5] & 0xFF]
                    ^ t1[data[at + 6] & 0xFF] ^ t0[data[at + 7] & 0xFF];
        }
        for (; at < end; at++) {
            crc = crc >>> 8 ^ t0[(crc ^ data[at]) & 0xFF];
        }
        return crc;
    }

    /**
     * Whether some last byte leads from {@code crc} to {@code wanted}. True for 1 of 256 random pairs: all the check there is for
     * a message whose CRC_EXTRA nobody told us.
     */
    static boolean reachable(int crc, int wanted) {
        return IS_TABLE_VALUE[crc >>> 8 ^ wanted];
    }
}
