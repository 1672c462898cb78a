package io.dromedary.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.mavftp.PackedParameterFile;
import io.dromedary.mavlink.ParameterBatch;
import io.dromedary.mavlink.ParameterFile;
import io.dromedary.mavlink.ParameterOptions;
import io.dromedary.mavlink.ParameterSpec;
import io.dromedary.mavlink.ParameterType;
import io.dromedary.mavlink.ParameterValue;
import io.dromedary.mavlink.VehicleParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dromedary params}: the parameters of a vehicle. */
@Command(name = "params", mixinStandardHelpOptions = true, description = "Reads, sets, saves, loads and compares the parameters of a vehicle.")
public final class ParamsCommand {

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Reads parameters by name.")
    int get(@Mixin FtpCommand.Common common, @Parameters(paramLabel = "<name>", arity = "1..*") List<String> names) {
        return VehicleSession.run(common, session -> finish(session, parameters(session).get(names, options(session)), Map.of()));
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Sets parameters and waits until the vehicle confirms them.")
    int set(@Mixin FtpCommand.Common common, @Parameters(paramLabel = "<name>=<value>[:<type>]", arity = "1..*",
            description = "Such as NAV_ACC_RAD=2.0 or COM_ARM_WO_GPS=1:INT32. The vehicle's own type wins.") List<String> assignments) {
        return VehicleSession.run(common, session -> {
            Map<String, Object> wanted = new LinkedHashMap<>();
            for (String assignment : assignments) {
                String[] parts = assignment.split("=", 2);
                if (parts.length != 2) {
                    throw new IllegalArgumentException("'" + assignment + "' is not NAME=VALUE");
                }
                String[] value = parts[1].split(":", 2);
                Number number = ParameterFile.number(value[0]);
                wanted.put(parts[0], value.length == 1 ? number : List.of(number, value[1]));
            }
            return finish(session, parameters(session).set(wanted, options(session)), Map.of());
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Reads all parameters.")
    int list(@Mixin FtpCommand.Common common) {
        return VehicleSession.run(common, session -> finish(session, all(session), Map.of()));
    }

    @Command(name = "save", mixinStandardHelpOptions = true, description = "Reads all parameters into a file that QGroundControl can load.")
    int save(@Mixin FtpCommand.Common common, @Parameters(paramLabel = "<file>") Path file) {
        return VehicleSession.run(common, session -> {
            ParameterBatch batch = all(session);
            if (!batch.complete()) {
                // Half a file looks like a whole one.
                return finish(session, batch, Map.of());
            }
            byte[] text = ParameterFile.write(session.vehicle().systemId(), session.vehicle().componentId(), batch.values().values())
                    .getBytes(StandardCharsets.UTF_8);
            Path aside = file.resolveSibling(file.getFileName() + ".part");
            Files.write(aside, text);
            Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            Map<String, Object> summary = summary(batch);
            summary.put("file", file.toString());
            summary.put("bytes", text.length);
            summary.put("sha256", sha256(text));
            session.print(summary, batch.values().size() + " parameters saved to " + file);
            return ExitCode.DONE;
        });
    }

    @Command(name = "load", mixinStandardHelpOptions = true, description = "Sets the parameters that a file has and the vehicle has otherwise.")
    int load(@Mixin FtpCommand.Common common, @Parameters(paramLabel = "<file>") Path file) {
        return VehicleSession.run(common, session -> {
            Map<String, ParameterSpec> wanted = ParameterFile.read(file);
            VehicleParameters parameters = parameters(session);
            ParameterBatch present = parameters.get(wanted.keySet(), options(session));
            Map<String, ParameterSpec> different = new LinkedHashMap<>();
            wanted.forEach((name, spec) -> {
                if (present.values().containsKey(name) && differs(present.values().get(name), spec)) {
                    different.put(name, spec);
                }
            });
            ParameterBatch set = parameters.set(different, options(session));
            Map<String, String> failures = new LinkedHashMap<>(present.failures());
            failures.putAll(set.failures());
            return finish(session, new ParameterBatch(set.values(), failures, present.requests() + set.requests(),
                    present.seconds() + set.seconds(), false), Map.of("unchanged", wanted.size() - different.size() - present.failures().size()));
        });
    }

    @Command(name = "diff", mixinStandardHelpOptions = true,
            description = "Compares the vehicle with a file; ends with 1 when they differ.")
    int diff(@Mixin FtpCommand.Common common, @Parameters(paramLabel = "<file>") Path file) {
        return VehicleSession.run(common, session -> {
            Map<String, ParameterSpec> wanted = ParameterFile.read(file);
            ParameterBatch present = parameters(session).get(wanted.keySet(), options(session));
            int differences = 0;
            for (Map.Entry<String, ParameterSpec> entry : wanted.entrySet()) {
                ParameterValue value = present.values().get(entry.getKey());
                if (value == null || differs(value, entry.getValue())) {
                    differences++;
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("name", entry.getKey());
                    row.put("file", entry.getValue().value());
                    row.put("vehicle", value == null ? null : value.toMap().get("value"));
                    session.print(row, entry.getKey() + ": file " + entry.getValue().value() + ", vehicle "
                            + (value == null ? "(" + present.failures().get(entry.getKey()) + ")" : value.value()));
                }
            }
            Map<String, Object> summary = summary(present);
            summary.put("differences", differences);
            session.print(summary, differences + " of " + wanted.size() + " differ");
            return differences == 0 ? ExitCode.DONE : ExitCode.FAILED;
        });
    }

    private static boolean differs(ParameterValue value, ParameterSpec spec) {
        ParameterType type = ParameterType.ofCode(value.type());
        if (type != null && type.isInteger()) {
            return value.value().doubleValue() != spec.value().doubleValue();
        }
        return Float.compare(value.value().floatValue() + 0f, spec.value().floatValue() + 0f) != 0;
    }

    private static VehicleParameters parameters(VehicleSession session) {
        return VehicleParameters.of(session.link(), session.vehicle());
    }

    private static ParameterBatch all(VehicleSession session) throws IOException, InterruptedException {
        return parameters(session).getAll(new PackedParameterFile(session.link(), session.vehicle()), options(session));
    }

    private static ParameterOptions options(VehicleSession session) {
        return ParameterOptions.DEFAULT.withTimeout(session.timeout());
    }

    /** Prints the parameters, what is missing and a summary. */
    private static int finish(VehicleSession session, ParameterBatch batch, Map<String, Object> extra) {
        batch.values().values().forEach(value -> session.print(value.toMap(), value.name() + " = " + value.value()));
        batch.failures().forEach((name, reason) -> {
            session.complain(name + ": " + reason);
            if (session.json()) {
                session.print(Map.of("name", name, "error", reason), null);
            }
        });
        Map<String, Object> summary = summary(batch);
        summary.putAll(extra);
        session.print(summary, null);
        boolean silent = batch.values().isEmpty() && batch.failures().values().stream().anyMatch(reason -> reason.contains("within the time")
                || reason.contains("no list"));
        return batch.complete() ? ExitCode.DONE : silent ? ExitCode.TIMED_OUT : ExitCode.FAILED;
    }

    private static Map<String, Object> summary(ParameterBatch batch) {
        int asked = batch.values().size() + batch.failures().size();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("count", batch.values().size());
        summary.put("missing", batch.failures().size());
        summary.put("seconds", batch.seconds());
        summary.put("requests", batch.requests());
        summary.put("retries", batch.retries());
        summary.put("loss", batch.requests() > asked && batch.requests() > 0 ? (double) batch.retries() / batch.requests() : 0.0);
        return summary;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
