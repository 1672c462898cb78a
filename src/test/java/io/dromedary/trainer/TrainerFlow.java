package io.dromedary.trainer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import io.dromedary.testing.FreePort;
import org.apache.camel.CamelContext;
import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** The flow's own route files, running on free ports. */
public final class TrainerFlow implements AutoCloseable {

    private static final List<String> COMMANDS = List.of("none", "start-acquisition", "stop-acquisition", "emergency-stop", "emergency-resume",
            "get-configuration", "get-status", "user-defined");

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final int eventsPort = FreePort.next();
    private final int commandsPort = FreePort.next();

    private TrainerFlow(Consumer<CamelContext> prepare, Map<String, String> settings, List<String> files) throws Exception {
        prepare.accept(camel);
        Properties properties = new Properties();
        properties.put("trainer.subscriber-port", Integer.toString(eventsPort));
        properties.put("trainer.command-port", Integer.toString(commandsPort));
        properties.put("trainer.publish-addresses", "tcp://127.0.0.1:" + eventsPort);
        properties.put("trainer.command-addresses", "tcp://127.0.0.1:" + commandsPort);
        properties.put("trainer.devices", "here=127.0.0.1:" + eventsPort + ":" + commandsPort);
        properties.putAll(settings);
        camel.getPropertiesComponent().setLocation("classpath:application.properties");
        camel.getPropertiesComponent().setOverrideProperties(properties);
        camel.getShutdownStrategy().setTimeout(10);
        // As the launcher has it while nobody looks at the console.
        camel.getManagementStrategy().getManagementAgent().setMBeansLevel(ManagementMBeansLevel.RoutesOnly);
        List<Resource> resources = new ArrayList<>();
        resources.add(ResourceHelper.resolveMandatoryResource(camel, "classpath:routes/errors.camel.yaml"));
        for (String file : files) {
            resources.add(ResourceHelper.resolveMandatoryResource(camel, "classpath:routes/" + file + ".camel.yaml"));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(resources);
        camel.start();
    }

    /** A device service with its commands; settings as key=value. */
    public static TrainerFlow device(String... settings) throws Exception {
        return new TrainerFlow(camel -> { }, map(settings), deviceFiles());
    }

    private static List<String> deviceFiles() {
        List<String> files = new ArrayList<>(List.of("auto-trainer/codec", "auto-trainer/device-service"));
        COMMANDS.forEach(command -> files.add("auto-trainer/commands/" + command));
        return files;
    }

    /** A device service whose context is prepared first. */
    static TrainerFlow device(Consumer<CamelContext> prepare) throws Exception {
        return new TrainerFlow(prepare, Map.of(), deviceFiles());
    }

    /** The whole flow: device service, management client and bridges. */
    static TrainerFlow whole(String... settings) throws Exception {
        List<String> files = new ArrayList<>(List.of("auto-trainer/codec", "auto-trainer/device-service", "auto-trainer/management-client", "auto-trainer/bridges",
                "commands/auto-trainer/send"));
        COMMANDS.forEach(command -> files.add("auto-trainer/commands/" + command));
        return new TrainerFlow(camel -> { }, map(settings), files);
    }

    private static Map<String, String> map(String... settings) {
        return Arrays.stream(settings).map(s -> s.split("=", 2)).collect(java.util.stream.Collectors.toMap(s -> s[0], s -> s[1]));
    }

    public CamelContext camel() {
        return camel;
    }

    public ProducerTemplate template() {
        return camel.createProducerTemplate();
    }

    public int eventsPort() {
        return eventsPort;
    }

    public int commandsPort() {
        return commandsPort;
    }

    /** Adds a route file's text. */
    void add(String name, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString(name + ".camel.yaml", yaml));
    }

    @Override
    public void close() {
        camel.stop();
    }
}
