package io.dromedary.proxies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JsonClientTest {

    /** A server that sends these bytes to whoever connects, and then neither more nor an end. */
    private static Thread serve(ServerSocket listening, List<Socket> open, CountDownLatch gone, String bytes) {
        Thread server = new Thread(() -> {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
                while (socket.getInputStream().read() >= 0) {
                    // the request, and in the end that its sender has hung up
                }
                gone.countDown();
            } catch (java.io.IOException e) {
                gone.countDown();
            }
        });
        server.start();
        return server;
    }

    @Test
    void anAnswerThatStopsHalfWayEndsWithTheLimitAndItsConnectionIsClosed() throws Exception {
        List<Socket> open = new ArrayList<>();
        CountDownLatch gone = new CountDownLatch(1);
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            serve(listening, open, gone, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":");
            JsonClient client = new JsonClient(Duration.ofMillis(500));
            URI address = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
            assertThatThrownBy(() -> client.post(address, null, null)).isInstanceOf(PeerAway.class).hasMessageStartingWith("Request failed: timed out");
            assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void anAnswerWithoutAnEndIsCutOff() throws Exception {
        List<Socket> open = new ArrayList<>();
        CountDownLatch gone = new CountDownLatch(1);
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            serve(listening, open, gone, "HTTP/1.1 200 OK\r\nContent-Length: 70000000\r\n\r\n" + "x".repeat(70_000_000));
            JsonClient client = new JsonClient(Duration.ofSeconds(40));
            URI address = URI.create("http://127.0.0.1:" + listening.getLocalPort() + "/");
            assertThatThrownBy(() -> client.post(address, null, null)).isInstanceOf(ProxyFailure.class).isNotInstanceOf(PeerAway.class)
                    .hasMessageContaining("more than 67108864 bytes");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static OddServer answering(String text) throws java.io.IOException {
        return new OddServer((socket, out) -> out.write(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void anAnswerThatDribblesEndsWithTheLimitAndItsConnectionIsClosed() throws Exception {
        try (OddServer server = new OddServer((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(' ');
                TimeUnit.MILLISECONDS.sleep(20);
            }
        })) {
            JsonClient client = new JsonClient(Duration.ofMillis(500));
            assertThatThrownBy(() -> client.post(URI.create(server.address()), null, null)).isInstanceOf(PeerAway.class)
                    .hasMessageStartingWith("Request failed: timed out");
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> server.open() == 0);
            assertThat(server.taken()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsNone() throws Exception {
        for (String half : List.of("", "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"updated\": true}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{\"updated\": true}\r\n")) {
            try (OddServer server = answering(half)) {
                JsonClient client = new JsonClient(Duration.ofSeconds(30));
                assertThatThrownBy(() -> client.post(URI.create(server.address()), null, null)).isInstanceOf(PeerAway.class);
                assertThat(server.taken()).isEqualTo(3);
            }
        }
    }

    @Test
    void aRedirectIsNotFollowedAndAPageIsNoJson() throws Exception {
        JsonClient client = new JsonClient(Duration.ofSeconds(30));
        try (OddServer server = answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(client.post(URI.create(server.address()), null, null).text()).isEqualTo("HTTP 302: Found");
        }
        String deep = "[".repeat(100_000);
        for (String page : List.of("<html>Log in</html>", "", "{\"half\":", deep)) {
            try (OddServer server = answering("HTTP/1.1 200 OK\r\nContent-Length: " + page.length() + "\r\n\r\n" + page)) {
                JsonClient.Answer answer = client.post(URI.create(server.address()), null, null);
                assertThatThrownBy(answer::json).isInstanceOf(ProxyFailure.class).hasMessageStartingWith("Failed to parse response: ");
            }
        }
    }
}
