package io.dromedary.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * The connector of the bench as Camel routes: answers queries with their own payload and sends bursts of notifications when a publish asks for one.
 * With a number as argument it connects so many sources instead and prints its memory before and after.
 */
public final class VantiqBenchConnector {

    private static final AtomicInteger CONNECTED = new AtomicInteger();

    private VantiqBenchConnector() {
    }

    public static void main(String[] args) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        context.start();
        ProducerTemplate template = context.createProducerTemplate();
        if (args[0].matches("[0-9]+")) {
            memory(context, Integer.parseInt(args[0]));
            System.exit(0);
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("vantiq:" + args[0] + "?operation=query").to("log:bench?level=TRACE");
                from("vantiq:" + args[0] + "?operation=publish").process(e -> burst(template, context.getEndpoint("vantiq:" + args[0]),
                        e.getMessage().getBody(Map.class)));
            }
        });
        Thread.currentThread().join();
    }

    private static void burst(ProducerTemplate template, Endpoint endpoint, Map<?, ?> wanted) {
        String pad = "x".repeat((Integer) wanted.get("size"));
        for (int n = 0; n < (Integer) wanted.get("burst"); n++) {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("n", n);
            message.put("d", pad);
            template.sendBody(endpoint, message);
        }
    }

    private static void memory(DefaultCamelContext context, int sources) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:idle").to("log:bench?level=TRACE");
            }
        });
        double idle = residentMib();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < sources; i++) {
                    from("vantiq:S" + i).filter(header("CamelVantiqOperation").isEqualTo("connect")).process(e -> CONNECTED.incrementAndGet());
                }
            }
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (CONNECTED.get() < sources && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        System.out.printf("memory: %d of %d sources connected; idle %.0f MiB, with them %.0f MiB, difference %.0f MiB%n", CONNECTED.get(), sources, idle,
                residentMib(), residentMib() - idle);
    }

    private static double residentMib() throws Exception {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024).findFirst().orElseThrow();
    }
}
