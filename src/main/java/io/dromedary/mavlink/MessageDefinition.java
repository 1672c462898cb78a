package io.dromedary.mavlink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The flat layout of one message: where each field lies in the payload. Immutable. */
public final class MessageDefinition {

    private final int id;
    private final String name;
    private final int crcExtra;
    private final int crcExtraOfNames;
    private final int length;
    private final int baseLength;
    private final List<MessageField> fields;
    private final Map<String, MessageField> byName = new HashMap<>();
    private final int targetSystemOffset;
    private final int targetComponentOffset;

    private MessageDefinition(int id, String name, List<MessageField> definitionOrder, Integer givenCrcExtra) {
        this.id = id;
        this.name = name;
        List<MessageField> wireOrder = new ArrayList<>(definitionOrder);
        wireOrder.removeIf(MessageField::extension);
        wireOrder.sort(Comparator.comparingInt((MessageField f) -> f.type().size()).reversed());
        this.crcExtraOfNames = crcExtra(name, wireOrder);
        this.crcExtra = givenCrcExtra == null ? crcExtraOfNames : givenCrcExtra;
        definitionOrder.stream().filter(MessageField::extension).forEach(wireOrder::add);
        int at = 0;
        int base = 0;
        for (MessageField field : wireOrder) {
            MessageField placed = new MessageField(field.name(), field.type(), field.arrayLength(), at, field.extension());
            if (byName.put(field.name(), placed) != null) {
                throw new IllegalArgumentException("Message " + name + " has two fields named '" + field.name() + "'");
            }
            at += placed.size();
            base = placed.extension() ? base : at;
        }
        if (at > 255) {
            throw new IllegalArgumentException("Message " + name + " is " + at + " bytes long, more than 255");
        }
        this.length = at;
        this.baseLength = base;
        List<MessageField> placed = new ArrayList<>();
        definitionOrder.forEach(field -> placed.add(byName.get(field.name())));
        this.fields = Collections.unmodifiableList(placed);
        this.targetSystemOffset = offsetOf("target_system");
        this.targetComponentOffset = offsetOf("target_component");
    }

    /**
     * Lays a message out.
     *
     * @param fields in the order of the dialect file; their offsets are ignored
     */
    static MessageDefinition of(int id, String name, List<MessageField> fields) {
        return new MessageDefinition(id, name, fields, null);
    }

    /** As {@link #of(int, String, List)} with a CRC_EXTRA from elsewhere, for definitions whose names may not be the wire's. */
    static MessageDefinition of(int id, String name, List<MessageField> fields, int crcExtra) {
        return new MessageDefinition(id, name, fields, crcExtra);
    }

    /** Whether name and field names are those of the wire: they give the CRC_EXTRA in use. */
    boolean hasCrcExtraOfItsNames() {
        return crcExtra == crcExtraOfNames;
    }

    private int offsetOf(String field) {
        MessageField found = byName.get(field);
        return found != null && found.type() == FieldType.UINT8 && found.arrayLength() == 0 ? found.offset() : -1;
    }

    /** CRC_EXTRA: a checksum over name, types, names and array lengths of the base fields in wire order, folded into a byte. */
    static int crcExtra(String name, List<MessageField> baseFieldsInWireOrder) {
        int crc = text(Checksum.INIT, name + " ");
        for (MessageField field : baseFieldsInWireOrder) {
            crc = text(crc, field.type().wireName() + " ");
            crc = text(crc, field.name() + " ");
            if (field.arrayLength() > 0) {
                crc = Checksum.update(crc, field.arrayLength());
            }
        }
        return crc & 0xFF ^ crc >>> 8;
    }

    private static int text(int crc, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Checksum.update(crc, bytes, 0, bytes.length);
    }

    /** The message id, 0 to 16777215. */
    public int id() {
        return id;
    }

    /** The name as in the dialect file, such as {@code COMMAND_LONG}. */
    public String name() {
        return name;
    }

    /** The byte that the checksum of a frame ends with. */
    public int crcExtra() {
        return crcExtra;
    }

    /** Payload bytes with all extensions. */
    public int length() {
        return length;
    }

    /** Payload bytes without extensions: what a version 1 frame carries. */
    public int baseLength() {
        return baseLength;
    }

    /** All fields in the order of the dialect file. */
    public List<MessageField> fields() {
        return fields;
    }

    /**
     * The field of that name.
     *
     * @throws IllegalArgumentException when the message has no such field
     */
    public MessageField field(String fieldName) {
        MessageField field = byName.get(fieldName);
        if (field == null) {
            throw new IllegalArgumentException("Message " + name + " has no field '" + fieldName + "'");
        }
        return field;
    }

    /** Whether there is a field of that name. */
    public boolean has(String fieldName) {
        return byName.containsKey(fieldName);
    }

    /** Offset of {@code target_system}, or -1: then the message is for everybody. */
    int targetSystemOffset() {
        return targetSystemOffset;
    }

    int targetComponentOffset() {
        return targetComponentOffset;
    }

    @Override
    public String toString() {
        return name + " (" + id + ")";
    }
}
