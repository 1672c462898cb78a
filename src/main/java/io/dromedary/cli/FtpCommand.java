package io.dromedary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.mavftp.FtpClient;
import io.dromedary.mavftp.FtpEntry;
import io.dromedary.mavftp.FtpOptions;
import io.dromedary.mavftp.FtpProgress;
import io.dromedary.mavftp.FtpRemoval;
import io.dromedary.mavftp.FtpResult;
import io.dromedary.mavftp.FtpStatistics;
import io.dromedary.mavftp.FtpTask;
import io.dromedary.mavftp.FtpTransfer;
import io.dromedary.mavftp.LinkFtpTransport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary ftp}: the files of a vehicle. */
@Command(name = "ftp", mixinStandardHelpOptions = true, description = "Lists, fetches, sends and removes files of a vehicle.")
public final class FtpCommand {

    /** The options of every subcommand. */
    static final class Common {
        @Option(names = "--mavlink", defaultValue = "udpin:0.0.0.0:14550", paramLabel = "<address>",
                description = "Where the vehicle is: udpin:host:port, udpout:host:port, tcp:host:port, serial:/dev/name:baud or the same "
                        + "with ://. Default: ${DEFAULT-VALUE}.")
        String address;
        @Option(names = "--timeout", defaultValue = "30", paramLabel = "<seconds>",
                description = "Silence after which to give up. Default: ${DEFAULT-VALUE} s.")
        double timeout;
        @Option(names = "--system", defaultValue = "0", description = "System id of the vehicle; 0 is the first one heard.")
        int system;
        @Option(names = "--component", defaultValue = "1", description = "Component id; 1 is the autopilot.")
        int component;
        @Option(names = "--json", description = "Print one JSON object per line.")
        boolean json;
        @Spec(Spec.Target.MIXEE)
        CommandSpec spec;
    }

    /** One operation with a client. */
    @FunctionalInterface
    private interface Action {
        int run(FtpClient client) throws IOException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BAR = 30;

    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists a directory.")
    int list(@Mixin Common common, @Parameters(paramLabel = "<directory>", defaultValue = "/") String directory) {
        return run(common, client -> {
            FtpResult<List<FtpEntry>> result = client.list(directory).await();
            for (FtpEntry entry : result.value()) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", entry.name());
                row.put("directory", entry.directory());
                row.put("size", entry.size());
                row.put("modified", entry.modified() == null ? null : entry.modified().toString());
                print(common, row, String.format(Locale.ROOT, "%12s  %-20s  %s", entry.directory() ? "-" : entry.size(),
                        entry.modified() == null ? "-" : entry.modified(), entry.name() + (entry.directory() ? "/" : "")));
            }
            if (common.json) {
                print(common, summary(result.statistics(), Map.of("count", result.value().size())), null);
            }
            return ExitCode.DONE;
        });
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Fetches a file; an interrupted transfer is continued.")
    int get(@Mixin Common common, @Parameters(paramLabel = "<path>") String path,
            @Parameters(paramLabel = "<file>", arity = "0..1", description = "Where to; - is standard output. Default: the same name here.")
            Path target) {
        return run(common, client -> {
            boolean out = target != null && target.toString().equals("-");
            Path file = out ? Files.createTempFile("dromedary-ftp", ".tmp")
                    : target == null ? Path.of(path.substring(path.lastIndexOf('/') + 1))
                    : Files.isDirectory(target) ? target.resolve(path.substring(path.lastIndexOf('/') + 1)) : target;
            try {
                FtpTask<FtpTransfer> task = client.get(path, file, FtpTask.Priority.NORMAL, bar(common, path));
                FtpResult<FtpTransfer> result = awaitInterruptible(task);
                if (out) {
                    Files.copy(file, System.out);
                    System.out.flush();
                    return ExitCode.DONE;
                }
                Map<String, Object> extra = new LinkedHashMap<>();
                extra.put("path", path);
                extra.put("file", file.toString());
                extra.put("sha256", sha256(file));
                extra.put("verification", result.value().verification().name());
                transferred(common, result, extra, "fetched " + path);
                return ExitCode.DONE;
            } finally {
                if (out) {
                    Files.deleteIfExists(file);
                }
            }
        });
    }

    @Command(name = "put", mixinStandardHelpOptions = true, description = "Sends a file, over one of the same path.")
    int put(@Mixin Common common, @Parameters(paramLabel = "<file>") Path file, @Parameters(paramLabel = "<path>") String path) {
        return run(common, client -> {
            FtpResult<FtpTransfer> result = awaitInterruptible(client.put(file, path, bar(common, path)));
            Map<String, Object> extra = new LinkedHashMap<>();
            extra.put("path", path);
            extra.put("file", file.toString());
            extra.put("sha256", sha256(file));
            extra.put("verification", result.value().verification().name());
            transferred(common, result, extra, "sent " + path);
            return ExitCode.DONE;
        });
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Removes files.")
    int remove(@Mixin Common common, @Parameters(paramLabel = "<path>", arity = "1..*") List<String> paths) {
        return run(common, client -> {
            FtpResult<List<FtpRemoval>> result = awaitInterruptible(client.removeAll(paths, FtpProgress.NONE));
            long removed = 0;
            for (FtpRemoval removal : result.value()) {
                removed += removal.removed() ? 1 : 0;
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("path", removal.path());
                row.put("removed", removal.removed());
                row.put("error", removal.error());
                print(common, row, removal.removed() ? "removed " + removal.path() : removal.error());
            }
            if (common.json) {
                print(common, summary(result.statistics(), Map.of("count", removed)), null);
            }
            return removed == paths.size() ? ExitCode.DONE : ExitCode.FAILED;
        });
    }

    @Command(name = "crc", mixinStandardHelpOptions = true, description = "Prints the CRC-32 that the vehicle computes of a file.")
    int crc(@Mixin Common common, @Parameters(paramLabel = "<path>") String path) {
        return run(common, client -> {
            FtpResult<Long> result = awaitInterruptible(client.crc32(path));
            String hex = String.format("%08x", result.value());
            print(common, summary(result.statistics(), Map.of("path", path, "crc32", hex)), hex);
            return ExitCode.DONE;
        });
    }

    private int run(Common common, Action action) {
        return VehicleSession.guarded(common, link -> {
            Duration timeout = VehicleSession.timeout(common);
            int system = common.system != 0 ? common.system : VehicleSession.heard(common, link).systemId();
            try (FtpClient client = new FtpClient(new LinkFtpTransport(link), system, common.component,
                    FtpOptions.DEFAULT.withTimeout(timeout, timeout))) {
                return action.run(client);
            }
        });
    }

    /** On Ctrl-C the transfer is cancelled, which keeps a partial file for the next time, before the process ends. */
    private static <T> FtpResult<T> awaitInterruptible(FtpTask<T> task) throws IOException {
        Thread hook = new Thread(() -> {
            task.cancel();
            task.future().handle((result, failure) -> null).orTimeout(2, java.util.concurrent.TimeUnit.SECONDS).join();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return task.await();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending already
            }
        }
    }

    private static void transferred(Common common, FtpResult<FtpTransfer> result, Map<String, Object> extra, String text) throws IOException {
        FtpStatistics s = result.statistics();
        extra.put("size", result.value().size());
        print(common, summary(s, extra), String.format(Locale.ROOT, "%s: %d bytes in %.2f s (%.1f kB/s, loss %.1f %%, %d retries), %s", text,
                result.value().size(), s.seconds(), s.goodput() / 1000, s.loss() * 100, s.retries(),
                result.value().verification().name().toLowerCase(Locale.ROOT)));
    }

    private static Map<String, Object> summary(FtpStatistics s, Map<String, Object> extra) {
        Map<String, Object> map = new LinkedHashMap<>(extra);
        map.put("seconds", s.seconds());
        map.put("bytes", s.bytes());
        map.put("retries", s.retries());
        map.put("loss", s.loss());
        return map;
    }

    private static void print(Common common, Map<String, Object> json, String text) throws IOException {
        PrintWriter out = common.spec.commandLine().getOut();
        out.println(common.json ? JSON.writeValueAsString(json) : text);
        out.flush();
    }

    /** A bar on the terminal; none when errors go to a file. */
    private static FtpProgress bar(Common common, String name) {
        if (System.console() == null) {
            return FtpProgress.NONE;
        }
        PrintWriter err = common.spec.commandLine().getErr();
        return (done, total) -> {
            int filled = total > 0 ? (int) (done * BAR / total) : 0;
            err.printf(Locale.ROOT, "\r%s [%s%s] %s", name, "#".repeat(filled), " ".repeat(BAR - filled),
                    total > 0 ? done * 100 / total + " %" : done + " bytes");
            if (done == total) {
                err.println();
            }
            err.flush();
        };
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
             DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
