package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

import io.dromedary.testing.PythonPeer;
import io.dromedary.testing.RequiresPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** pymavlink's FTP client against our file server. */
@RequiresPeer(python = "pymavlink")
@Timeout(120)
class PymavlinkFtpIT {

    @TempDir
    Path root;
    @TempDir
    Path local;

    @Test
    void listsAndDownloadsFromOurServer() throws Exception {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("a.ulg"), content);
        Files.write(root.resolve("b c.ulg"), new byte[5]);
        try (TestVehicle vehicle = new TestVehicle(root, FtpServerProfile.PX4)) {
            String address = "127.0.0.1:" + vehicle.link.localPorts().get(0);
            try (PythonPeer peer = new PythonPeer("ftp_get.py", "pymavlink", address, local.toString(), "30", "a.ulg")) {
                assertThat(peer.awaitLine("{", 60)).contains("\"ok\": true");
                assertThat(local.resolve("a.ulg")).hasBinaryContent(content);
            }
            try (PythonPeer peer = new PythonPeer("ftp_get.py", "pymavlink", "--list", address, "/")) {
                assertThat(peer.awaitLine("{", 60)).contains("\"count\": 2");
            }
        }
    }
}
