package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"0,HEARTBEAT,50,9", "1,SYS_STATUS,124,43", "4,PING,237,14", "20,PARAM_REQUEST_READ,214,20", "21,PARAM_REQUEST_LIST,159,2",
        "22,PARAM_VALUE,220,25", "23,PARAM_SET,168,23", "75,COMMAND_INT,158,35", "76,COMMAND_LONG,152,33", "77,COMMAND_ACK,143,10",
        "109,RADIO_STATUS,185,9", "110,FILE_TRANSFER_PROTOCOL,84,254", "111,TIMESYNC,34,18", "117,LOG_REQUEST_LIST,128,6",
        "118,LOG_ENTRY,56,14", "119,LOG_REQUEST_DATA,116,12", "120,LOG_DATA,134,97", "121,LOG_ERASE,237,2", "122,LOG_REQUEST_END,203,2",
        "126,SERIAL_CONTROL,220,81", "148,AUTOPILOT_VERSION,178,78", "253,STATUSTEXT,83,54", "256,SETUP_SIGNING,71,42",
        "345,PARAM_ERROR,209,21", "435,AVAILABLE_MODES,134,46", "436,CURRENT_MODE,193,9"})
    void knowsTheMessagesOfTheProtocolGuide(int id, String name, int crcExtra, int length) {
        MessageDefinition definition = Dialect.standard().find(id);
        assertThat(definition.name()).isEqualTo(name);
        assertThat(definition.crcExtra()).isEqualTo(crcExtra);
        assertThat(definition.length()).isEqualTo(length);
        assertThat(Dialect.standard().get(name)).isSameAs(Dialect.standard().get(String.valueOf(id)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ardupilotmega", "common", "minimal", "paparazzi", "standard", "uavionix"})
    void findsTheWireNamesOfEveryMessage(String name) {
        for (Class<?> type : DronefleetDefinitions.of(name).messageClasses()) {
            MessageDefinition definition = DronefleetDefinitions.define(type);
            assertThat(definition.hasCrcExtraOfItsNames()).as("%s", definition).isTrue();
            assertThat(Dialect.named(name).get(definition.name()).id()).isEqualTo(definition.id());
        }
    }

    @Test
    void saysWhichMessageOrDialectIsUnknown() {
        assertThat(Dialect.standard().find(16_000_000)).isNull();
        assertThat(Dialect.standard().find(-1)).isNull();
        assertThatThrownBy(() -> Dialect.standard().get("HEART_BEAT")).hasMessage("Unknown MAVLink message 'HEART_BEAT'");
        assertThatThrownBy(() -> Dialect.standard().get("16000000")).hasMessage("Unknown MAVLink message '16000000'");
        assertThatThrownBy(() -> Dialect.named("klingon")).hasMessageContaining("'klingon'").hasMessageContaining("common");
    }

    @Test
    void addsTheMessagesOfAUsersFileAndOfFilesBesideIt() throws Exception {
        Files.writeString(folder.resolve("own.xml"), """
                <mavlink><include>beside.xml</include><include>common.xml</include>
                <messages><message id="180001" name="WEATHER"><description>x</description>
                <field type="uint8_t" name="kind" enum="KIND">y</field><field type="uint32_t" name="time_ms"/><field type="float[3]" name="wind"/>
                <extensions/><field type="char[8]" name="note"/></message></messages></mavlink>""");
        Files.writeString(folder.resolve("beside.xml"), """
                <mavlink><include>own.xml</include><enums><enum name="KIND"><entry name="KIND_RAIN" value="2"/><entry name="KIND_BIG" value="2**40"/>
                </enum></enums><messages><message id="180002" name="TIDE"><field type="uint16_t" name="level"/></message></messages></mavlink>""");
        Dialect dialect = Dialect.withFile(folder.resolve("own.xml"), Dialect.DEFAULT);

        MessageDefinition weather = dialect.get("WEATHER");
        assertThat(weather.length()).isEqualTo(4 + 12 + 1 + 8);
        assertThat(weather.baseLength()).isEqualTo(17);
        assertThat(weather.field("wind").offset()).isEqualTo(4);
        assertThat(weather.field("kind").offset()).isEqualTo(16);
        assertThat(weather.fields()).extracting(MessageField::name).containsExactly("kind", "time_ms", "wind", "note");
        assertThat(dialect.get("TIDE").id()).isEqualTo(180002);
        assertThat(dialect.get("HEARTBEAT").id()).isZero();
        assertThat(dialect.entry("KIND", "KIND_RAIN")).hasValue(2);
        assertThat(dialect.entry("KIND", "KIND_BIG")).hasValue(1L << 40);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<html/>|expected <mavlink>",
        "<mavlink><message id='1'/></mavlink>|<message> without name",
        "<mavlink><message id='x' name='A'/></mavlink>|'x' is not a number",
        "<mavlink><message id='99999999' name='A'/></mavlink>|'99999999' is not a number up to 16777215",
        "<mavlink><message id='1' name='A'><field type='int' name='b'/></message></mavlink>|Unknown MAVLink field type 'int'",
        "<mavlink><message id='1' name='A'><field type='char[300]' name='b'/></message></mavlink>|300 bytes long",
        "<mavlink><message id='1' name='A'><field type='char' name='b'/><field type='char' name='b'/></message></mavlink>|two fields named 'b'",
        "<mavlink>|not a MAVLink dialect file",
        "<!DOCTYPE mavlink [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><mavlink>&x;</mavlink>|not a MAVLink dialect file"})
    void saysWhatIsWrongWithADialectFile(String xml, String problem) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.xml"), xml);
        assertThatThrownBy(() -> Dialect.withFile(file, Dialect.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bad.xml").hasMessageContaining(problem);
    }
}
