package io.dromedary.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

import io.dromedary.mavlink.VehicleShell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dromedary shell}: the shell of a PX4 vehicle, for one command or for a session. The person at the keyboard may run anything. */
@Command(name = "shell", mixinStandardHelpOptions = true,
        description = "Runs a command in the shell of a PX4 vehicle; without one, reads commands line by line.")
public final class ShellCommand implements Callable<Integer> {

    @Mixin
    private FtpCommand.Common common;
    @Parameters(paramLabel = "<command>", arity = "0..*", description = "The command and its arguments.")
    private List<String> words;

    /** Runs it. */
    @Override
    public Integer call() {
        return VehicleSession.run(common, session -> {
            try (VehicleShell shell = VehicleShell.open(session.link(), session.vehicle(), true, session.timeout())) {
                if (words != null && !words.isEmpty()) {
                    return run(session, shell, String.join(" ", words));
                }
                return interactive(session, shell);
            }
        });
    }

    private static int interactive(VehicleSession session, VehicleShell shell) throws IOException, InterruptedException, TimeoutException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.strip().equals("exit"); line = in.readLine()) {
            if (!line.isBlank()) {
                run(session, shell, line);
            }
        }
        return ExitCode.DONE;
    }

    private static int run(VehicleSession session, VehicleShell shell, String line) throws IOException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        VehicleShell.Answer answer = shell.run(line, session.timeout());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("command", line);
        result.put("output", answer.output());
        result.put("complete", answer.complete());
        result.put("bytes", answer.raw().getBytes(StandardCharsets.UTF_8).length);
        result.put("seconds", (System.nanoTime() - start) / 1e9);
        session.print(result, answer.output());
        if (!answer.complete()) {
            session.complain("the vehicle's shell showed no prompt; perhaps this is not all it said");
        }
        return ExitCode.DONE;
    }
}
