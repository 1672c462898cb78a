package io.dromedary.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dromedary.testing.FreePort;
import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The two tools as processes, with each other and with the Python package. */
@Timeout(180)
class TrainerToolsIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String STATUS = "\"data\": {\"appStatus\": 0, \"trainingMode\": 100, \"animalId\": \"123456\"}";

    @TempDir
    Path folder;

    /** A program that is talked to through its standard input; its output is read from a file while it runs. */
    private final class Tool implements AutoCloseable {
        private final Path out;
        private final Path err;
        private final Process process;
        private final BufferedWriter in;

        private Tool(String name, List<String> command) throws IOException {
            out = folder.resolve(name + ".out");
            err = folder.resolve(name + ".err");
            process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            in = process.outputWriter(UTF_8);
        }

        private void type(String line) throws IOException {
            in.write(line + "\n");
            in.flush();
        }

        private List<String> lines() throws IOException {
            return Files.readAllLines(out);
        }

        private void shows(String text) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(Files.readString(out)).as("output; errors: %s", Files.readString(err)).contains(text));
        }

        private void complains(String text) {
            await().atMost(LIMIT).untilAsserted(() -> assertThat(Files.readString(err)).contains(text));
        }

        private int end() throws Exception {
            in.close();
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as("ended: %s", Files.readString(err)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private Tool tool(String name, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), "io.dromedary.Dromedary", "trainer"));
        command.addAll(List.of(words));
        return new Tool(name, command);
    }

    private Tool python(String script, int events, int commands) throws IOException {
        return new Tool(script, List.of(Peers.python(), "src/test/python/" + script, String.valueOf(events), String.valueOf(commands)));
    }

    private static void listening(int port) {
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
    }

    @Test
    void theConsoleAndTheDeviceTalkToEachOther() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        try (Tool serve = tool("serve", "serve", "--json", "--events-port", "" + events, "--commands-port", "" + commands, "--identifier", "rig");
                Tool console = tool("console", "console", "--device", "127.0.0.1:" + events + ":" + commands)) {
            listening(commands);
            for (String line : List.of("start", "", "status", "bogus", " ", "custom", "custom tare {\"speed\": -1.5}", "status {bad")) {
                console.type(line);
            }
            console.shows("Enter command (?=help, enter='status {bad'): ");
            assertThat(console.lines().stream().filter(line -> line.contains("Received reply: "))
                    .map(line -> line.substring(line.lastIndexOf("Enter command")).replaceAll("\"nonce\": \\d+", "\"nonce\": 1")))
                    .containsExactly(
                            reply("", 100, "\"data\": {\"seen\": true}"),
                            reply("start", 100, "\"data\": {\"seen\": true}"),
                            reply("start", 400, STATUS),
                            reply("custom", 99999, "\"data\": {\"seen\": true}"));
            assertThat(console.lines().toString()).contains("empty command, please type a command or ?");
            console.complains("dromedary: Unknown command: bogus");
            console.complains("dromedary: a custom command needs a name or a number");
            console.complains("dromedary: Not JSON");
            assertThat(serve.lines().stream().map(line -> line.replaceAll("\"nonce\": \\d+", "\"nonce\": 1"))).containsExactly(
                    "{\"command\": 100, \"custom_command\": -1, \"nonce\": 1, \"data\": null}",
                    "{\"command\": 100, \"custom_command\": -1, \"nonce\": 1, \"data\": null}",
                    "{\"command\": 400, \"custom_command\": -1, \"nonce\": 1, \"data\": null}",
                    "{\"command\": 99999, \"custom_command\": \"tare\", \"nonce\": 1, \"data\": {\"speed\": -1.5}}");

            console.shows("1001 {\"identifier\": \"rig\"");
            for (String line : List.of("event", "event x", "nothing", "publish 99999999999 1", "event 101 {\"reason\": \"A b-1\"}", "property {\"name\": -1}",
                    "publish 7 [1, 2]")) {
                serve.type(line);
            }
            console.shows("7 [1, 2]");
            assertThat(console.lines().stream().filter(line -> line.contains(" {\"kind\": 101") || line.contains("5001 ")))
                    .extracting(line -> line.replaceAll("^(Enter command .*?'\\): )+", "").split(" ")[0])
                    .containsExactly("2001", "4001", "5001");
            assertThat(console.lines().toString()).contains("{\"reason\": \"A b-1\"}", "5001 {\"name\": -1}");
            serve.complains("something is missing in 'event'");
            serve.complains("Not the number of an event: x");
            serve.complains("unknown input 'nothing'");
            serve.complains("Not a topic: 99999999999");

            console.type("quit");
            assertThat(console.end()).isEqualTo(ExitCode.DONE);
            serve.type("");
            assertThat(serve.end()).isEqualTo(ExitCode.DONE);
        }
    }

    private static String reply(String last, int command, String data) {
        return "Enter command (?=help, enter='" + last + "'): Received reply: {\"nonce\": 1, \"command\": " + command + ", \"result\": 100, " + data
                + ", \"errorKind\": 0, \"errorCode\": 0, \"errorMessage\": null}";
    }

    @Test
    @RequiresPeer(python = {"autotrainer.api", "zmq", "humps"})
    void theConsoleManagesThePythonService() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        try (Tool service = python("trainer_service.py", events, commands);
                Tool console = tool("console", "console", "--json", "--device", "127.0.0.1:" + events + ":" + commands)) {
            service.shows("ready");
            console.shows("{\"topic\": 1001, \"message\": {\"identifier\": \"autotrainerDevice\"");
            console.type("start");
            console.shows("{\"reply\": {\"result\": 100, \"data\": {\"sessionId\": 7}, ");
            console.type("stop");
            console.shows("\"result\": 500, \"data\": null, \"errorKind\": 0, \"errorCode\": 0, \"errorMessage\": \"boom\"}}");
            service.type("[4001, {\"kind\": 101, \"context\": {\"reason\": \"x\"}}]");
            console.shows("{\"topic\": 4001, \"message\": {\"kind\": 101, \"context\": {\"reason\": \"x\"}}}");
            assertThat(console.lines()).contains("{\"topic\": 2001, \"message\": {\"kind\": 101, \"context\": {\"reason\": \"x\"}}}");
            assertThat(console.end()).isEqualTo(ExitCode.DONE);
        }
    }

    @Test
    @RequiresPeer(python = "zmq")
    void aClientOnLibzmqManagesTheDevice() throws Exception {
        int events = FreePort.next();
        int commands = FreePort.next();
        try (Tool serve = tool("serve", "serve", "--compatible", "--events-port", "" + events, "--commands-port", "" + commands);
                Tool client = python("trainer_client.py", events, commands)) {
            serve.shows("Press enter to stop the service...");
            client.shows("ready");
            client.type("{\"command\": 100, \"nonce\": 1}");
            client.shows("{\"nonce\":1,\"command\":100,\"result\":100,\"data\":{\"seen\":true},\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}");
            client.type("{\"command\": 300, \"nonce\": 2}");
            client.shows("{\"nonce\":2,\"command\":300,\"result\":100,\"data\":{\"deviceId\":\"000000\",\"configurationLocation\":\"/home/ubuntu/Autotrainer\"");
            serve.shows("Received command request: 300");
            client.type("events 1");
            client.shows("[1001, {\"identifier\": \"autotrainerDevice\", \"version\": \"0.9.7\"");
            client.end();
            assertThat(serve.end()).isEqualTo(ExitCode.DONE);
        }
    }
}
