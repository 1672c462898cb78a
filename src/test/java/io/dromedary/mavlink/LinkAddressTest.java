package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkAddressTest {

    @ParameterizedTest
    @CsvSource({"udp:127.0.0.1:14551,udpin:127.0.0.1:14551", "udpin:0.0.0.0:14550,udpin:0.0.0.0:14550", "udp://:14540,udpin:0.0.0.0:14540",
        "udpin://127.0.0.1:14540,udpin:127.0.0.1:14540", "udpout://192.168.0.1:14580,udpout:192.168.0.1:14580",
        "udpbcast:192.168.1.255:14550,udpbcast:192.168.1.255:14550", "tcp:vehicle.local:5760,tcp:vehicle.local:5760",
        "tcpout://10.0.0.1:5760,tcp:10.0.0.1:5760", "tcpin://0.0.0.0:5760,tcpin:0.0.0.0:5760", "udpin:[::1]:14550,udpin:[::1]:14550",
        "/dev/ttyACM0,serial:/dev/ttyACM0:57600", "serial:/dev/ttyUSB0:921600,serial:/dev/ttyUSB0:921600",
        "serial:///dev/ttyUSB0:115200,serial:/dev/ttyUSB0:115200", "serial:///dev/ttyUSB0,serial:/dev/ttyUSB0:57600",
        "serial_flowcontrol:///dev/ttyS1:57600,serial_flowcontrol:/dev/ttyS1:57600", "COM3:115200,serial:COM3:115200",
        "udpin:0.0.0.0:0,udpin:0.0.0.0:0"})
    void readsBothSpellings(String text, String plain) {
        LinkAddress address = LinkAddress.parse(text);
        assertThat(address).hasToString(plain);
        assertThat(LinkAddress.parse(plain)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "udp", "udpin:1.2.3.4", "udpin:1.2.3.4:99999", "http://localhost:80", "udpin:1.2.3.4:5:6", "udpout:1.2.3.4:x"})
    void saysWhichFormsThereAre(String text) {
        assertThatThrownBy(() -> LinkAddress.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "' is no MAVLink address").hasMessageContaining("udpin:host:port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"udpout::14550", "udpout:127.0.0.1:0", "tcp::5760", "udpbcast:1.2.3.4:0"})
    void needsSomewhereToSendTo(String text) {
        assertThatThrownBy(() -> LinkAddress.parse(text)).hasMessageContaining("needs a host and a port to send to");
    }

    @Test
    void readsSeveral() {
        assertThat(LinkAddress.parseAll("udpin:0.0.0.0:14550, tcp:h:1 ,/dev/ttyACM0:115200")).extracting(LinkAddress::toString)
                .containsExactly("udpin:0.0.0.0:14550", "tcp:h:1", "serial:/dev/ttyACM0:115200");
        assertThat(LinkAddress.parseAll("/dev/ttyACM0,/dev/ttyACM1:9600", 115200)).extracting(LinkAddress::port).containsExactly(115200, 9600);
    }
}
