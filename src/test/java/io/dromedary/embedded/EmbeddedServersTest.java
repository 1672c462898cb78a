package io.dromedary.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all embedded servers with a port have in common. */
class EmbeddedServersTest {

    @TempDir
    Path temp;
    private DataDirectory data;

    /** Makes one server. */
    interface Maker {
        EmbeddedServer on(DataDirectory data, int port);
    }

    record Kind(String setting, Maker maker) {
        @Override
        public String toString() {
            return setting;
        }
    }

    static Stream<Kind> servers() {
        return Stream.of(new Kind("DROMEDARY_MQTT_PORT", EmbeddedMqtt::new), new Kind("DROMEDARY_REDIS_PORT", EmbeddedRedis::new),
                new Kind("DROMEDARY_S3_PORT", (data, port) -> new EmbeddedS3(data, port, "flights")));
    }

    @BeforeEach
    void open() {
        data = DataDirectory.open(temp);
    }

    @AfterEach
    void close() {
        data.close();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void saysWhichPortIsTakenAndWhichSettingChangesIt(Kind kind) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedServer server = kind.maker.on(data, other.getLocalPort())) {
            assertThatThrownBy(server::start).isInstanceOf(StartRefused.class)
                    .hasMessageContaining("Port " + other.getLocalPort()).hasMessageContaining(kind.setting)
                    .hasMessageNotContaining("\n");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refusesWhatIsNotAPort(Kind kind) {
        try (EmbeddedServer server = kind.maker.on(data, 65536)) {
            assertThatThrownBy(server::start).isInstanceOf(StartRefused.class).hasMessageContaining(kind.setting + " is 65536");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void listensOnTheLoopbackAddressOnlyAndGivesThePortBack(Kind kind) throws Exception {
        EmbeddedServer server = kind.maker.on(data, 0);
        server.start();
        int port = Integer.parseInt(server.address().replace("127.0.0.1:", ""));
        new Socket("127.0.0.1", port).close();
        // On Linux all of 127/8 is this machine: a server on every address would answer here too.
        assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(java.net.ConnectException.class);
        server.stop();
        server.stop();
        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(java.net.ConnectException.class);
        EmbeddedServer again = kind.maker.on(data, port);
        again.start();
        assertThat(again.address()).isEqualTo("127.0.0.1:" + port);
        again.stop();
    }

    /** Another thread holds the server for as long as it starts; the application asked for the address and waited 0.8 s for the broker. */
    @ParameterizedTest
    @MethodSource("servers")
    void tellTheirAddressWhileTheyStart(Kind kind) throws Exception {
        EmbeddedServer server = kind.maker.on(data, 0);
        server.claim();
        synchronized (server) {
            assertThat(CompletableFuture.supplyAsync(server::address).get(10, TimeUnit.SECONDS)).startsWith("127.0.0.1:");
        }
    }

    @Test
    void haveDefaultPortsThatInstalledServersDoNotUse() {
        assertThat(Stream.of(EmbeddedMqtt.DEFAULT_PORT, EmbeddedRedis.DEFAULT_PORT, EmbeddedS3.DEFAULT_PORT))
                .doesNotContain(1883, 6379, 9000, 9876).doesNotHaveDuplicates();
    }
}
