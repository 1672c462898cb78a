package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.dronefleet.mavlink.MavlinkConnection;
import io.dronefleet.mavlink.annotations.MavlinkFieldInfo;
import io.dronefleet.mavlink.ardupilotmega.ArdupilotmegaDialect;
import io.dronefleet.mavlink.util.EnumValue;

import org.junit.jupiter.api.Test;

/** Every message of the dialect against io.dronefleet.mavlink, which has its own serializer and parser. */
class OracleTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes();

    private final Dialect dialect = Dialect.standard();
    private final Random random = new Random(4);
    private final DronefleetDefinitions definitions = DronefleetDefinitions.of("ardupilotmega");

    /** Messages whose definition has grown since the library's; their common part is compared all the same. */
    private MavlinkMessage randomMessage(MessageDefinition definition) {
        MavlinkMessage message = MavlinkMessage.of(definition);
        for (MessageField field : definition.fields()) {
            if (field.isText()) {
                message.set(field.name(), "a".repeat(random.nextInt(field.arrayLength() + 1)));
            } else if (field.arrayLength() == 0) {
                message.set(field.name(), value(field));
            } else {
                List<Object> values = new ArrayList<>();
                for (int n = 0; n < field.arrayLength(); n++) {
                    values.add(value(field));
                }
                message.set(field.name(), values);
            }
        }
        return message;
    }

    private Object value(MessageField field) {
        return switch (field.type()) {
            case FLOAT, DOUBLE -> random.nextInt(2_000_000) / 16f - 60_000;
            // The library passes 64-bit masks through 32 bits and unsigned numbers through signed ones.
            case UINT64, UINT32 -> random.nextInt(Integer.MAX_VALUE);
            case INT64 -> random.nextLong();
            case INT32 -> random.nextInt();
            case INT16 -> (int) (short) random.nextInt();
            case INT8 -> (int) (byte) random.nextInt();
            case UINT16 -> random.nextInt(65536);
            default -> random.nextInt(256);
        };
    }

    @Test
    void theLibraryReadsEveryFieldOfEveryMessageAsWeWroteIt() throws Exception {
        FrameWriter v2 = new FrameWriter(11, 22);
        FrameWriter v1 = new FrameWriter(11, 22).version(1);
        FrameWriter signed = new FrameWriter(11, 22).signing(new MavlinkSigning(KEY, 3, 0, System::currentTimeMillis));
        int compared = 0;
        for (Class<?> type : definitions.messageClasses()) {
            MessageDefinition definition = dialect.find(DronefleetDefinitions.define(type).id());
            for (FrameWriter writer : definition.id() < 256 ? List.of(v2, v1, signed) : List.of(v2, signed)) {
                MavlinkMessage message = randomMessage(definition);
                Object theirs = read(writer.toBytes(message));
                assertThat(theirs).as("%s", definition).isInstanceOf(type);
                compare(message, theirs, writer == v1);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(700);
    }

    private static Object read(byte[] frame) throws Exception {
        MavlinkConnection connection = MavlinkConnection.builder(new ByteArrayInputStream(frame), new ByteArrayOutputStream())
                .dialect(io.dronefleet.mavlink.minimal.MavAutopilot.MAV_AUTOPILOT_INVALID, new ArdupilotmegaDialect())
                .defaultDialect(new ArdupilotmegaDialect()).build();
        return connection.next().getPayload();
    }

    private static void compare(MavlinkMessage ours, Object theirs, boolean baseOnly) throws Exception {
        Map<String, MessageField> byPlainName = new TreeMap<>();
        ours.definition().fields().forEach(f -> byPlainName.put(plain(f.name()), f));
        for (Method getter : theirs.getClass().getDeclaredMethods()) {
            if (getter.isAnnotationPresent(MavlinkFieldInfo.class)) {
                MessageField field = byPlainName.get(plain(getter.getName()));
                assertThat(field).as("%s.%s", ours.name(), getter.getName()).isNotNull();
                // The library squeezes arrays of bit masks (ESC_INFO.failure_flags) into one 32-bit number.
                boolean squeezed = getter.getReturnType() == EnumValue.class && field.arrayLength() > 0;
                if (!squeezed && (!baseOnly || !field.extension())) {
                    assertThat(normal(getter.invoke(theirs))).as("%s.%s", ours.name(), field.name()).isEqualTo(normal(ours.get(field.name())));
                }
            }
        }
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Numbers as longs or doubles, byte arrays as lists. */
    private static Object normal(Object value) {
        if (value instanceof EnumValue<?> e) {
            return (long) e.value();
        }
        if (value instanceof byte[] bytes) {
            List<Object> list = new ArrayList<>();
            for (byte b : bytes) {
                list.add((long) (b & 0xFF));
            }
            return list;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(OracleTest::normal).toList();
        }
        if (value instanceof Float || value instanceof Double) {
            return ((Number) value).doubleValue();
        }
        return value instanceof Number number ? number.longValue() : value;
    }

    @Test
    void weReadEveryMessageAsTheLibraryWroteIt() throws Exception {
        FrameWriter writer = new FrameWriter(11, 22);
        int compared = 0;
        for (Class<?> type : definitions.messageClasses()) {
            MessageDefinition definition = DronefleetDefinitions.define(type);
            MavlinkMessage message = randomMessage(definition);
            Object theirs = read(writer.toBytes(message));
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            MavlinkConnection connection = MavlinkConnection.create(new ByteArrayInputStream(new byte[0]), sent);
            connection.send2(11, 22, theirs);
            if (definition.id() < 256) {
                connection.send1(11, 22, theirs);
            }
            for (MavlinkFrame frame : Frames.inDatagram(sent.toByteArray())) {
                assertThat(frame.systemId()).isEqualTo(11);
                assertThat(frame.componentId()).isEqualTo(22);
                compare(frame.message(), theirs, frame.version() == 1);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(450);
    }

    @Test
    void bothSidesAgreeOnSignatures() throws Exception {
        MavlinkSigning ours = new MavlinkSigning(KEY, 3, 0, System::currentTimeMillis);
        MavlinkMessage ping = dialect.message("PING").set("seq", 5);
        byte[] frame = new FrameWriter(11, 22).signing(ours).toBytes(ping);
        MavlinkConnection reader = MavlinkConnection.create(new ByteArrayInputStream(frame), new ByteArrayOutputStream());
        io.dronefleet.mavlink.Mavlink2Message<?> read = (io.dronefleet.mavlink.Mavlink2Message<?>) reader.next();
        assertThat(read.isSigned()).isTrue();
        assertThat(read.validateSignature(KEY)).isTrue();

        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        MavlinkConnection.create(new ByteArrayInputStream(new byte[0]), sent)
                .send2(11, 22, read.getPayload(), 3, ours.timestamp() + 1, KEY);
        MavlinkSigning verifier = new MavlinkSigning(KEY, 0, 0, System::currentTimeMillis);
        assertThat(verifier.verify(Frames.only(sent.toByteArray()))).isEqualTo(MavlinkSigning.Verdict.GOOD);
        assertThat(verifier.verify(Frames.only(sent.toByteArray()))).isEqualTo(MavlinkSigning.Verdict.REPLAY);
        assertThat(verifier.verify(Frames.only(frame))).isEqualTo(MavlinkSigning.Verdict.REPLAY);
    }
}
