package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mavftp.FtpServerLoop;
import io.dromedary.mavftp.FtpServerProfile;
import io.dromedary.mavftp.LinkFtpTransport;
import io.dromedary.mavlink.LinkSettings;
import io.dromedary.mavlink.MavlinkLink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class FtpCommandTest {

    @TempDir
    Path root;
    @TempDir
    Path local;
    private MavlinkLink vehicle;
    private FtpServerLoop server;
    private String out;
    private String err;

    @BeforeEach
    void start() throws Exception {
        vehicle = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0").withIds(1, 1).withHeartbeat(2, Duration.ofMillis(200)));
        server = new FtpServerLoop(new LinkFtpTransport(vehicle), root, FtpServerProfile.PX4);
        Files.writeString(root.resolve("a b.txt"), "hello");
    }

    @AfterEach
    void stop() {
        server.close();
        vehicle.close();
    }

    private int run(String... args) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        String[] all = new String[args.length + 3];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--mavlink=udpout:127.0.0.1:" + vehicle.localPorts().get(0);
        all[args.length + 1] = "--system=1";
        all[args.length + 2] = "--timeout=5";
        int code = new CommandLine(new FtpCommand()).setOut(new PrintWriter(outText)).setErr(new PrintWriter(errText)).execute(all);
        out = outText.toString();
        err = errText.toString();
        return code;
    }

    private JsonNode json(int line) throws Exception {
        return new ObjectMapper().readTree(out.lines().toList().get(line));
    }

    @Test
    void listsFetchesSendsChecksAndRemoves() throws Exception {
        assertThat(run("ls", "/", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(json(0).path("name").asText()).isEqualTo("a b.txt");
        assertThat(json(0).path("size").asInt()).isEqualTo(5);
        assertThat(json(1).path("count").asInt()).isEqualTo(1);
        assertThat(json(1).has("seconds")).isTrue();

        assertThat(run("get", "/a b.txt", local.resolve("x.txt").toString(), "--json")).isEqualTo(ExitCode.DONE);
        assertThat(local.resolve("x.txt")).hasContent("hello");
        assertThat(out.lines()).hasSize(1);
        assertThat(json(0).path("bytes").asInt()).isEqualTo(5);
        assertThat(json(0).path("sha256").asText()).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assertThat(json(0).path("loss").asDouble()).isZero();
        assertThat(json(0).path("retries").isIntegralNumber()).isTrue();

        assertThat(run("put", local.resolve("x.txt").toString(), "/up.txt")).isEqualTo(ExitCode.DONE);
        assertThat(root.resolve("up.txt")).hasContent("hello");
        assertThat(run("crc", "/up.txt", "--json")).isEqualTo(ExitCode.DONE);
        assertThat(json(0).path("crc32").asText()).hasSize(8);
        assertThat(run("rm", "/up.txt", "/none.txt", "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(json(0).path("removed").asBoolean()).isTrue();
        assertThat(json(1).path("error").asText()).contains("FileNotFound");
        assertThat(root.resolve("up.txt")).doesNotExist();
    }

    @Test
    void tellsByItsExitCodeWhatWentWrong() {
        assertThat(run("get", "/none.txt", local.resolve("n").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err).isEqualTo("dromedary: open /none.txt: the vehicle refused: FileNotFound" + System.lineSeparator());
        assertThat(run("get", "/../x")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("'..'").doesNotContain("Exception");
        assertThat(run("get")).isEqualTo(ExitCode.USAGE);
        server.close();
        assertThat(run("ls", "/", "--timeout=0.5")).isEqualTo(ExitCode.USAGE);
        assertThat(new CommandLine(new FtpCommand()).setErr(new PrintWriter(new StringWriter()))
                .execute("ls", "/", "--mavlink=udpin:127.0.0.1:0", "--timeout=0.3")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(new CommandLine(new FtpCommand()).setErr(new PrintWriter(new StringWriter()))
                .execute("ls", "/", "--system=1", "--mavlink=udpout:127.0.0.1:" + vehicle.localPorts().get(0), "--timeout=0.3"))
                .isEqualTo(ExitCode.TIMED_OUT);
    }
}
