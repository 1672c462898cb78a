package io.dromedary.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/** {@code dromedary run}: starts everything and stays in the foreground until SIGTERM (exit 0) or SIGINT (130). */
@Command(name = "run", mixinStandardHelpOptions = true,
        description = "Starts the flows, with embedded servers for every service that has no address, and stays in the foreground.")
final class RunCommand implements Callable<Integer> {

    static final String SIMULATE = "--sim";
    private static final long POLL_MILLIS = 50;
    /** How long peers are waited for; a broker that starts with us needs less. */
    private static final long PEERS_MILLIS = 10_000;

    @Option(names = SIMULATE, description = "Also start a simulated PX4 vehicle and use it as the vehicle.")
    private boolean simulate;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return run(simulate, spec.commandLine().getOut(), spec.commandLine().getErr());
    }

    /** The same without the library that reads command lines, which is a tenth of a start's work. */
    static int run(boolean simulate, PrintWriter out, PrintWriter err) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Signal.handle(new Signal("TERM"), signal -> end.complete(ExitCode.DONE));
        Signal.handle(new Signal("INT"), signal -> end.complete(ExitCode.INTERRUPTED));
        try (Application application = new Application(Settings.ofProcess(), simulate, new Properties());
                ServiceManager manager = ServiceManager.of(System.getenv())) {
            application.start();
            introduce(application, out);
            // Before the peers are there: a service manager would end and start us for as long as a broker is away.
            manager.ready(() -> application.context().isStarted());
            awaitReady(application, end, err);
            if (!end.isDone()) {
                out.println("ready " + application.addresses().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(" ")));
                out.flush();
            }
            return end.get();
        }
    }

    private static void introduce(Application application, PrintWriter out) {
        out.println("Dromedary keeps its data in " + application.dataDirectory());
        application.enabled().forEach(flow -> out.println("  on   " + flow.name() + ": " + flow.title()));
        application.disabled().forEach((flow, reason) -> out.println("  off  " + flow + ": " + reason));
        Map<String, String> addresses = application.addresses();
        out.println("Try next, in another terminal:");
        out.println("  ./dromedary send dromedary/commands        what can be called");
        out.println("  ./dromedary send dromedary/health          what is up");
        out.println("  curl " + application.httpScheme() + "://" + addresses.get("management") + "/observe/health   the same for a monitor");
        out.flush();
    }

    /** Returns when every route runs, or the end has come, or after a while without some peer: then says which, and who is there works. */
    private static void awaitReady(Application application, CompletableFuture<Integer> end, PrintWriter err) throws Exception {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PEERS_MILLIS);
        while (!application.waiting().isEmpty() && !end.isDone()) {
            if (System.nanoTime() - limit > 0) {
                application.waiting().forEach((route, reason) -> err.println("dromedary: " + route + " is tried again until it works: " + reason));
                return;
            }
            try {
                end.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue;
            }
        }
    }
}
