package io.dromedary.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressesTest {

    @Test
    void knowsAnAddressByTheHostsNumber() {
        assertThat(Addresses.same("tcp://localhost:5556", "tcp://127.0.0.1:5556")).isTrue();
        assertThat(Addresses.same("tcp://127.0.0.1:5556", "tcp://127.0.0.1:5556")).isTrue();
        assertThat(Addresses.same("ipc://line", "ipc://line")).isTrue();
        assertThat(Addresses.same("tcp://localhost:5556", "tcp://127.0.0.1:5557")).isFalse();
        assertThat(Addresses.same("tcp://10.0.0.1:5556", "tcp://127.0.0.1:5556")).isFalse();
        assertThat(Addresses.same("tcp://no.such.host.invalid:5556", "tcp://127.0.0.1:5556")).isFalse();
        assertThat(Addresses.same("ipc://line", "tcp://127.0.0.1:5556")).isFalse();
    }
}
