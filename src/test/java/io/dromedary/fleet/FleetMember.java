package io.dromedary.fleet;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

import io.dromedary.mqtt.MqttComponent;
import io.dromedary.testing.Wait;
import org.apache.camel.main.Main;
import sun.misc.Signal;

/** The bus of one member of a fleet and nothing else, in a process of its own that starts in a second or two: {@code <broker> <redis port> <member> <data>}. */
public final class FleetMember {

    private static final List<String> ROUTES = List.of("errors", "bus/bus", "proxies/redis", "petal-example/petal-example", "bus/fleet");

    private FleetMember() {
    }

    /** The routes of a member, with what else is given. */
    public static Main start(String broker, String redisPort, String member, String data, Map<String, String> more) throws Exception {
        Main main = new Main();
        Properties properties = new Properties();
        properties.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false", "camel.main.stream-caching-spool-enabled", "false",
                "dromedary.data-dir", data, "dromedary.mqtt-url", broker, "petal.redis-host", "127.0.0.1", "petal.redis-port", redisPort,
                "dromedary.fleet-group", "test", "dromedary.fleet-member", member));
        properties.setProperty("camel.main.jmxManagementMBeansLevel", "RoutesOnly");
        properties.setProperty("camel.main.routes-include-pattern",
                String.join(",", ROUTES.stream().map(route -> "classpath:routes/" + route + ".camel.yaml").toList()));
        properties.putAll(more);
        main.setOverrideProperties(properties);
        MqttComponent component = new MqttComponent();
        component.getConfiguration().setMaxReconnectDelay(500);
        main.bind("paho-mqtt5", component);
        main.bind("singleEdges", new SingleEdges());
        main.start();
        return main;
    }

    /** Runs until SIGTERM. */
    public static void main(String[] args) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Signal.handle(new Signal("TERM"), signal -> end.countDown());
        Main main = start(args[0], args[1], args[2], args[3], Map.of());
        Wait.until(() -> main.getCamelContext().getRouteController().getRouteStatus("command-in").isStarted());
        System.out.println("ready");
        end.await();
        main.stop();
        System.exit(0);
    }
}
