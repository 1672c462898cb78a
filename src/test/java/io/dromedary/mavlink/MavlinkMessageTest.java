package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

class MavlinkMessageTest {

    private final Dialect dialect = Dialect.standard();

    private void refused(String message, String field, Object value, String problem) {
        assertThatThrownBy(() -> dialect.message(message).set(field, value)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message).hasMessageContaining(field).hasMessageContaining(problem);
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused("COMMAND_LONG", "param9", 1, "has no field 'param9'");
        refused("COMMAND_LONG", "command", 65536, "Value 65536 out of range for UINT16 [0, 65535]");
        refused("COMMAND_LONG", "target_system", -1, "out of range for UINT8");
        refused("COMMAND_LONG", "command", 1.5, "'1.5' is not a whole number");
        refused("COMMAND_LONG", "command", "four", "'four' is not a whole number");
        refused("COMMAND_LONG", "command", Double.NaN, "is not a whole number");
        refused("COMMAND_LONG", "command", "1e999999999", "is not a whole number");
        refused("COMMAND_LONG", "command", true, "is not a whole number");
        refused("COMMAND_LONG", "param1", "x", "'x' is not a number");
        refused("PARAM_SET", "param_id", "A_NAME_THAT_IS_TOO_LONG", "23 bytes, at most 16 fit");
        refused("PARAM_SET", "param_id", "ÄÖÜÄÖÜÄÖÜ", "18 bytes, at most 16 fit");
        refused("LOG_DATA", "data", new byte[91], "91 bytes, at most 90 fit");
        refused("BATTERY_STATUS", "voltages", new int[11], "11 elements, at most 10 fit");
        refused("BATTERY_STATUS", "voltages", 5, "'5' is not a list");
        refused("BATTERY_STATUS", "voltages", List.of(1, "x"), "'x' is not a whole number");
        refused("SYSTEM_TIME", "time_unix_usec", new BigInteger("18446744073709551616"), "out of range for UINT64");
        refused("SYSTEM_TIME", "time_unix_usec", -1L, "out of range for UINT64");
    }

    @Test
    void takesNumbersInManyForms() {
        MavlinkMessage message = dialect.message("COMMAND_INT").set("command", "400").set("x", 5.0).set("y", "-7").set("z", "2.5")
                .set("param1", null).set("param2", 3L).set("param3", "NaN").set("frame", (short) 6);
        assertThat(message.toMap()).containsEntry("command", 400).containsEntry("x", 5).containsEntry("y", -7).containsEntry("z", 2.5f)
                .containsEntry("param1", null).containsEntry("param2", 3f).containsEntry("param3", null).containsEntry("frame", 6);
        assertThat(message.getFloat("param1")).isNaN();
        assertThat(dialect.message("COMMAND_INT").set("x", 9).set("x", null).getInt("x")).isZero();
    }

    @Test
    void keepsAllBitsOfLargeNumbers() {
        BigInteger largest = new BigInteger("18446744073709551615");
        assertThat(dialect.message("SYSTEM_TIME").set("time_unix_usec", largest).get("time_unix_usec")).isEqualTo(largest);
        assertThat(dialect.message("AUTOPILOT_VERSION").set("capabilities", 1L << 62).get("capabilities")).isEqualTo(1L << 62);
        assertThat(dialect.message("SYS_STATUS").set("onboard_control_sensors_present", 4294967295L).get("onboard_control_sensors_present"))
                .isEqualTo(4294967295L);
    }

    @Test
    void movesIntegerBitsThroughFloatFieldsUnchanged() {
        for (int value : new int[]{-1, 0, 1, Integer.MIN_VALUE, 0x7F800001, 0xFFC12345}) {
            MavlinkMessage sent = dialect.message("PARAM_VALUE").setBits("param_value", value).set("param_type", 6);
            MavlinkMessage received = Frames.only(new FrameWriter(1, 1).toBytes(sent)).message();
            assertThat((int) received.getBits("param_value")).isEqualTo(value);
        }
    }

    @Test
    void readsTextsWithAndWithoutATerminator() {
        MavlinkMessage message = dialect.message("PARAM_VALUE").set("param_id", "SIXTEEN_CHARS_16");
        assertThat(message.getText("param_id")).isEqualTo("SIXTEEN_CHARS_16");
        assertThat(message.set("param_id", "SHORT").getText("param_id")).isEqualTo("SHORT");
        assertThat(message.set("param_id", null).getText("param_id")).isEmpty();
        assertThat(message.set("param_id", new byte[]{65, 0, 66}).getText("param_id")).isEqualTo("A");
        assertThat(message.set("param_id", new byte[]{(byte) 0xFF}).getText("param_id")).isEqualTo("\uFFFD");
    }

    @Test
    void makesAMapThatIsJsonAndTakesItBack() throws Exception {
        ObjectMapper json = new ObjectMapper();
        MavlinkMessage message = dialect.message("ATTITUDE_QUATERNION_COV").set("q", Arrays.asList(1, null, Double.POSITIVE_INFINITY, 0.1f))
                .set("rollspeed", Float.NaN);
        String text = json.writeValueAsString(message.toMap());
        assertThat(text).startsWith("{\"time_usec\":0,\"q\":[1.0,null,null,0.1],\"rollspeed\":null,");
        Map<?, ?> map = json.readValue(text, Map.class);
        Map<String, Object> values = new HashMap<>();
        map.forEach((k, v) -> values.put(k.toString(), v));
        assertThat(MavlinkMessage.of(message.definition(), values).toMap()).isEqualTo(message.toMap());
    }

    @Test
    void fillsTheRestOfAnArrayWithZeros() {
        MavlinkMessage message = dialect.message("LOG_DATA").set("data", new byte[]{1, 2, 3, 4});
        message.set("data", List.of(9));
        assertThat(message.getBytes("data")).hasSize(90).startsWith(9, 0, 0, 0);
    }
}
