package io.dromedary.job;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.camel.builder.RouteBuilder;

/**
 * An instance in a Java process of its own, which a test can pause and kill. Its job leaves its name in the Redis list {@code effects} at
 * every step.
 */
final class JobProcess implements AutoCloseable {

    private static final int LIMIT_S = 60;
    private static final int STEPS = 60;
    private static final int STEP_MILLIS = 100;

    private final Process process;
    private final String firstLine;

    private JobProcess(Process process, String firstLine) {
        this.process = process;
        this.firstLine = firstLine;
    }

    /** @param work start-resume, start-end, or idle @return when it runs, and has begun the job */
    static JobProcess start(String redis, String name, String work) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-XX:TieredStopAtLevel=1", JobProcess.class.getName(), redis, name, work).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = CompletableFuture.supplyAsync(() -> {
            try {
                for (String next = out.readLine(); next != null; next = out.readLine()) {
                    if (next.startsWith("job ")) {
                        return next.substring("job ".length());
                    }
                }
                return null;
            } catch (IOException e) {
                return null;
            }
        }).get(LIMIT_S, TimeUnit.SECONDS);
        return new JobProcess(process, line);
    }

    /** The id of the job that it began. */
    String job() {
        return firstLine;
    }

    /** Sends a signal: STOP, CONT or KILL. */
    void signal(String name) throws Exception {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
        if (name.equals("KILL") && !process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still alive after SIGKILL");
        }
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly();
        process.waitFor(LIMIT_S, TimeUnit.SECONDS);
    }

    /** Runs until it is killed: {@code <redis> <name> <work>}. */
    public static void main(String[] args) throws Exception {
        String name = args[1];
        try (JobFixture camel = new JobFixture(args[0], new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:steps").loop(STEPS)
                        .to("job:progress?current=${exchangeProperty.CamelLoopIndex}&total=" + STEPS)
                        .process(exchange -> getContext().getRegistry().lookupByNameAndType("effects", redis.clients.jedis.UnifiedJedis.class)
                                .rpush("effects", name))
                        .delay(STEP_MILLIS).end().end()
                        .setBody(exchange -> Map.of("completed_by", name, "resumed", exchange.getVariable("jobResumed")))
                        .to("job:metadata");
            }
        })) {
            camel.context().getRegistry().bind("effects", camel.redis());
            String id = args[2].equals("idle") ? "none"
                    : camel.start("job:start?type=Steps&route=direct:steps&resume=" + args[2].equals("start-resume"), Map.of("by", name));
            System.out.println("job " + id);
            System.in.read();
        }
    }
}
