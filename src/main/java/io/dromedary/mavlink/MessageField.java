package io.dromedary.mavlink;

/**
 * One field of a message.
 *
 * @param name        as in the dialect file, such as {@code target_system}
 * @param type        of one element
 * @param arrayLength number of elements, 0 for a field that is no array
 * @param offset      of the first byte in the full (not truncated) payload
 * @param extension   whether it exists in version 2 frames only
 */
public record MessageField(String name, FieldType type, int arrayLength, int offset, boolean extension) {

    /** Bytes in the payload. */
    public int size() {
        return type.size() * Math.max(1, arrayLength);
    }

    /** Whether the value is a text. */
    public boolean isText() {
        return type == FieldType.CHAR && arrayLength > 0;
    }
}
