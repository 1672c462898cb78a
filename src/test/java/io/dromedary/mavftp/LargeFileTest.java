package io.dromedary.mavftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

import io.dromedary.embedded.LinkModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file of 1 GB comes through a heap of 64 MB; in a process of its own, since the heap is what is tested. */
@Timeout(600)
class LargeFileTest {

    private static final long SIZE = 1_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void downloadsAGigabyteWithSmallHeap() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(java.toString(), "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                LargeFileTest.class.getName(), folder.toString()).redirectErrorStream(true).start();
        String output;
        try (var reader = process.inputReader()) {
            output = String.join("\n", reader.lines().toList());
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("VERIFIED " + SIZE);
    }

    /** The process: a sparse file with some data, over a simulated link that loses 1 %. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        try (FileChannel file = FileChannel.open(folder.resolve("large.bin"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < SIZE; at += SIZE / 100) {
                file.write(ByteBuffer.wrap(("data at " + at).getBytes()), at);
            }
            file.write(ByteBuffer.wrap(new byte[] {7}), SIZE - 1);
        }
        LinkSimulator link = new LinkSimulator(folder, FtpServerProfile.MAVSDK4, new LinkModel(1).delayMillis(5).loss(0.01),
                new LinkModel(2).delayMillis(5).loss(0.01).rate(1e8, 1 << 20));
        link.serviceNanos = 1000;
        FtpCaller caller = new FtpCaller(link, FtpOptions.DEFAULT, 1);
        caller.begin();
        try (PartialFile target = new PartialFile(folder.resolve("copy.bin"))) {
            FtpDownload download = new FtpDownload(caller, new FtpControl(FtpProgress.NONE, FtpControl.NOTHING_URGENT), "large.bin", "large",
                    target, Runnable::run);
            System.out.println(download.run() + " " + download.size());
        }
    }
}
