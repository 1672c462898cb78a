package io.dromedary.mavlink;

import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One message: a definition and the full payload with its values. Fields are read and written by name and decoded on access.
 *
 * <p>Not safe for use by several threads while it is being written.
 */
public final class MavlinkMessage {

    private final MessageDefinition definition;
    private final byte[] payload;
    private final int systemId;
    private final int componentId;

    MavlinkMessage(MessageDefinition definition, byte[] payload, int systemId, int componentId) {
        this.definition = definition;
        this.payload = payload;
        this.systemId = systemId;
        this.componentId = componentId;
    }

    /** A message with all fields zero. */
    public static MavlinkMessage of(MessageDefinition definition) {
        return new MavlinkMessage(definition, new byte[definition.length()], 0, 0);
    }

    /**
     * A message with the given values by field name; what is not given is zero.
     *
     * @throws IllegalArgumentException when a name is unknown or a value does not fit its field; the text names the field
     */
    public static MavlinkMessage of(MessageDefinition definition, Map<String, ?> values) {
        MavlinkMessage message = of(definition);
        values.forEach(message::set);
        return message;
    }

    public MessageDefinition definition() {
        return definition;
    }

    public int id() {
        return definition.id();
    }

    public String name() {
        return definition.name();
    }

    /** Who sent a received message; 0 in one that we made. */
    public int systemId() {
        return systemId;
    }

    /** Which component sent a received message; 0 in one that we made. */
    public int componentId() {
        return componentId;
    }

    /** The full payload in wire order, {@link MessageDefinition#length()} bytes; not a copy. */
    byte[] payload() {
        return payload;
    }

    /** The integer value of a field that is no array (uint64_t: its 64 bits); a floating value is truncated. */
    public long getLong(String field) {
        MessageField f = definition.field(field);
        return f.type().readLong(payload, f.offset());
    }

    /** As {@link #getLong}, low 32 bits. */
    public int getInt(String field) {
        return (int) getLong(field);
    }

    /** The number in a field that is no array. */
    public double getDouble(String field) {
        MessageField f = definition.field(field);
        return f.type().readDouble(payload, f.offset());
    }

    /** The number in a field that is no array, as float. */
    public float getFloat(String field) {
        return (float) getDouble(field);
    }

    /** The bits of a field as they are on the wire, zero-extended: for integers that travel in float fields. */
    public long getBits(String field) {
        MessageField f = definition.field(field);
        FieldType bits = switch (f.type().size()) {
            case 1 -> FieldType.UINT8;
            case 2 -> FieldType.UINT16;
            case 4 -> FieldType.UINT32;
            default -> FieldType.INT64;
        };
        return bits.readLong(payload, f.offset());
    }

    /** The text in a char array, up to the first zero byte if there is one. */
    public String getText(String field) {
        MessageField f = definition.field(field);
        int end = f.offset();
        while (end < f.offset() + f.size() && payload[end] != 0) {
            end++;
        }
        return new String(payload, f.offset(), end - f.offset(), StandardCharsets.UTF_8);
    }

    /** A copy of the bytes of a field, whatever its type. */
    public byte[] getBytes(String field) {
        MessageField f = definition.field(field);
        return Arrays.copyOfRange(payload, f.offset(), f.offset() + f.size());
    }

    /** The value as a map would hold it; see {@link #toMap}. */
    public Object get(String field) {
        return value(definition.field(field));
    }

    /**
     * Sets a field from a number, a text with a number in it, a list or array of these, a byte array, or a text for char arrays.
     * Null means "not set": NaN in floating fields, else zero. An array shorter than the field leaves the rest zero.
     *
     * @throws IllegalArgumentException when the name is unknown or the value does not fit; the text names message and field
     */
    public MavlinkMessage set(String field, Object value) {
        MessageField f = definition.field(field);
        try {
            if (f.isText()) {
                writeBytes(f, value == null ? new byte[0] : text(value));
            } else if (f.arrayLength() > 0) {
                writeArray(f, value);
            } else if (value == null && !f.type().isFloating()) {
                f.type().writeBits(payload, f.offset(), 0);
            } else {
                f.type().write(payload, f.offset(), value);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(definition.name() + "." + field + ": " + e.getMessage(), e);
        }
        return this;
    }

    /** Sets the bits of a field as they shall be on the wire: for integers that travel in float fields. */
    public MavlinkMessage setBits(String field, long bits) {
        MessageField f = definition.field(field);
        f.type().writeBits(payload, f.offset(), bits);
        return this;
    }

    private static byte[] text(Object value) {
        return value instanceof byte[] bytes ? bytes : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void writeBytes(MessageField f, byte[] bytes) {
        if (bytes.length > f.size()) {
            throw new IllegalArgumentException(bytes.length + " bytes, at most " + f.size() + " fit");
        }
        Arrays.fill(payload, f.offset(), f.offset() + f.size(), (byte) 0);
        System.arraycopy(bytes, 0, payload, f.offset(), bytes.length);
    }

    private void writeArray(MessageField f, Object value) {
        if (value instanceof byte[] bytes && f.type().size() == 1) {
            writeBytes(f, bytes);
            return;
        }
        Object[] elements = elements(value);
        if (elements.length > f.arrayLength()) {
            throw new IllegalArgumentException(elements.length + " elements, at most " + f.arrayLength() + " fit");
        }
        Arrays.fill(payload, f.offset(), f.offset() + f.size(), (byte) 0);
        for (int n = 0; n < elements.length; n++) {
            f.type().write(payload, f.offset() + n * f.type().size(), elements[n]);
        }
    }

    private static Object[] elements(Object value) {
        if (value == null) {
            return new Object[0];
        }
        if (value instanceof Collection<?> collection) {
            return collection.toArray();
        }
        if (!value.getClass().isArray()) {
            throw new IllegalArgumentException("'" + value + "' is not a list");
        }
        Object[] elements = new Object[Array.getLength(value)];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = Array.get(value, n);
        }
        return elements;
    }

    /**
     * All fields by name, in the order of the dialect file and ready for JSON: Integer, Long, BigInteger (uint64_t above 2^63-1),
     * Float, Double, String for char arrays, lists for other arrays. NaN and infinities, which JSON has not, are null.
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (MessageField field : definition.fields()) {
            map.put(field.name(), value(field));
        }
        return map;
    }

    private Object value(MessageField f) {
        if (f.isText()) {
            return getText(f.name());
        }
        if (f.arrayLength() == 0) {
            return element(f.type(), f.offset());
        }
        List<Object> list = new ArrayList<>(f.arrayLength());
        for (int n = 0; n < f.arrayLength(); n++) {
            list.add(element(f.type(), f.offset() + n * f.type().size()));
        }
        return list;
    }

    private Object element(FieldType type, int at) {
        Number number = type.read(payload, at);
        return type.isFloating() && !Double.isFinite(number.doubleValue()) ? null : number;
    }

    @Override
    public String toString() {
        return definition.name() + toMap();
    }
}
