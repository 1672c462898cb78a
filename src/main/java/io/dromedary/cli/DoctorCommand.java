package io.dromedary.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.cli.PeerCheck.Answer;
import io.dromedary.cli.PeerCheck.Outcome;
import io.dromedary.embedded.StartRefused;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks every configured peer at once whether it is there, accepts our credentials, and which version it is. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Checks every configured peer: reachable, authenticated, version.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all peers are well, or none is configured", "1:a peer refuses us", "2:wrong usage or an unusable setting",
            "3:a peer cannot be reached", "4:a peer did not answer in time"})
public final class DoctorCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Settings settings;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One JSON object per peer and line.")
    private boolean json;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10",
            description = "How long to wait for the slowest peer (default: ${DEFAULT-VALUE}).")
    private double timeoutSeconds;

    /** Reads the settings from the environment. */
    public DoctorCommand() {
        this(Settings.ofProcess());
    }

    DoctorCommand(Settings settings) {
        this.settings = settings;
    }

    /** One peer's result; {@code answer} is there when it was reached. */
    private record Report(PeerCheck check, Outcome outcome, Answer answer, String error, double seconds) {
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!(timeoutSeconds > 0)) {
            throw new ParameterException(spec.commandLine(), "--timeout must be more than 0 seconds");
        }
        List<PeerCheck> checks;
        try {
            checks = new ConfiguredPeers(settings).checks();
        } catch (IllegalArgumentException | StartRefused e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Outcome worst = Outcome.OK;
        for (Report report : ask(checks)) {
            print(report);
            worst = report.outcome.compareTo(worst) > 0 ? report.outcome : worst;
        }
        if (checks.isEmpty() && !json) {
            spec.commandLine().getOut().println("No peer is configured; 'run' starts its own servers.");
        }
        spec.commandLine().getOut().flush();
        return worst.exitCode();
    }

    private List<Report> ask(List<PeerCheck> checks) throws InterruptedException {
        // The logging is there before peers ask for it all at once, or it complains about that.
        LoggerFactory.getILoggerFactory();
        long begin = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, checks.size()), task -> {
            Thread thread = new Thread(task, "doctor");
            thread.setDaemon(true); // a hung peer must not hold the exit
            return thread;
        });
        try {
            List<Future<Report>> running = new ArrayList<>();
            checks.forEach(check -> running.add(threads.submit(() -> ask(check))));
            List<Report> reports = new ArrayList<>();
            for (int i = 0; i < checks.size(); i++) {
                double left = Math.max(0, timeoutSeconds - seconds(begin));
                try {
                    reports.add(running.get(i).get((long) (left * 1000), TimeUnit.MILLISECONDS));
                } catch (TimeoutException e) {
                    reports.add(new Report(checks.get(i), Outcome.TIMED_OUT, null, PeerFailure.silent(timeoutSeconds).words(), seconds(begin)));
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
            return reports;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Report ask(PeerCheck check) {
        long begin = System.nanoTime();
        try {
            Answer answer = check.ask().call();
            Outcome outcome = Boolean.FALSE.equals(answer.authenticated()) || answer.detail() != null ? Outcome.REFUSED : Outcome.OK;
            return new Report(check, outcome, answer, answer.detail(), seconds(begin));
        } catch (Exception e) {
            PeerFailure failure = PeerFailure.of(e);
            return new Report(check, failure.silent() ? Outcome.TIMED_OUT : Outcome.UNREACHABLE, null, failure.words(), seconds(begin));
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1_000_000 / 1000.0;
    }

    private void print(Report report) {
        spec.commandLine().getOut().println(json ? asJson(report) : asText(report));
    }

    private static String asText(Report report) {
        StringBuilder line = new StringBuilder(String.format("%-20s %-11s %s", report.check.peer(),
                report.outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '), report.check.address()));
        if (report.answer != null && report.answer.authenticated() != null) {
            line.append(report.answer.authenticated() ? ", authenticated" : ", not authenticated");
        }
        if (report.answer != null && report.answer.version() != null) {
            line.append(", ").append(report.answer.version());
        }
        return report.error == null ? line.toString() : line.append(": ").append(report.error).toString();
    }

    private static String asJson(Report report) {
        ObjectNode line = JSON.createObjectNode().put("peer", report.check.peer()).put("address", report.check.address())
                .put("outcome", report.outcome.name().toLowerCase(Locale.ROOT)).put("reachable", report.answer != null);
        line.put("authenticated", report.answer == null ? null : report.answer.authenticated());
        line.put("version", report.answer == null ? null : report.answer.version());
        line.put("error", report.error).put("seconds", report.seconds);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
