package io.dromedary.trainer;

import java.util.Locale;
import java.util.Map;

/** The topics of auto-trainer-api 0.9.7. They are open: any number from 0 to 4294967295 may be published. */
public final class TrainerTopic {

    public static final long ANY = 0;
    public static final long HEARTBEAT = 1001;
    public static final long EMERGENCY = 2001;
    public static final long EVENT = 4001;
    public static final long PROPERTY_CHANGE = 5001;
    public static final long COMMAND_RESULT = 6001;

    private static final long MAX = 0xffffffffL;
    private static final Map<String, Long> NAMES = Map.of("ANY", ANY, "HEARTBEAT", HEARTBEAT, "EMERGENCY", EMERGENCY, "EVENT", EVENT,
            "PROPERTY_CHANGE", PROPERTY_CHANGE, "COMMAND_RESULT", COMMAND_RESULT);

    private TrainerTopic() {
    }

    /**
     * A topic from its number or its name.
     *
     * @throws IllegalArgumentException when it is neither or out of range
     */
    public static long of(Object topic) {
        Long number = null;
        if (topic instanceof Number n && (n instanceof Integer || n instanceof Long)) {
            number = n.longValue();
        } else if (topic instanceof String text) {
            number = NAMES.get(text);
            if (number == null) {
                number = NAMES.get(text.trim().toUpperCase(Locale.ROOT).replace('-', '_'));
            }
            if (number == null && text.trim().matches("\\d{1,10}")) {
                number = Long.parseLong(text.trim());
            }
        }
        if (number == null || number < 0 || number > MAX) {
            throw new IllegalArgumentException("Not a topic: " + topic + " (0 to 4294967295, or one of " + String.join(", ", NAMES.keySet()) + ")");
        }
        return number;
    }

    /** The first frame: the number as four bytes, the lowest first. */
    public static byte[] frame(long topic) {
        return new byte[] {(byte) topic, (byte) (topic >> 8), (byte) (topic >> 16), (byte) (topic >> 24)};
    }

    static long parse(byte[] frame) throws MalformedMessageException {
        if (frame.length != 4) {
            throw new MalformedMessageException("A topic has 4 bytes, not " + frame.length);
        }
        return frame[0] & 0xffL | (frame[1] & 0xffL) << 8 | (frame[2] & 0xffL) << 16 | (frame[3] & 0xffL) << 24;
    }
}
