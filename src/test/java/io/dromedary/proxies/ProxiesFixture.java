package io.dromedary.proxies;

import java.util.Map;
import java.util.Properties;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;

/** The real routes of the proxies, called through {@code direct:}. */
public final class ProxiesFixture implements AutoCloseable {

    public static final ObjectMapper JSON = new ObjectMapper();
    public static final String MACHINE = "11111111-2222-3333-4444-555555555555";

    private final Main main = new Main();
    private final ProducerTemplate template;

    /**
     * Starts some route files.
     *
     * @param properties override the application's
     * @param beans      what the launcher would bind
     * @param routes     names of files below {@code routes/}, without their ending
     */
    public ProxiesFixture(Map<String, String> properties, Map<String, Object> beans, String... routes) throws Exception {
        Properties overrides = new Properties();
        overrides.putAll(Map.of("camel.server.enabled", "false", "camel.management.enabled", "false",
                "camel.main.stream-caching-spool-enabled", "false", "petal.machine-id", MACHINE));
        overrides.putAll(properties);
        StringBuilder files = new StringBuilder("classpath:routes/errors.camel.yaml");
        for (String route : routes) {
            files.append(route.startsWith("file:") ? "," + route : ",classpath:routes/" + route + ".camel.yaml");
        }
        overrides.setProperty("camel.main.routes-include-pattern", files.toString());
        main.setOverrideProperties(overrides);
        beans.forEach(main::bind);
        main.start();
        template = main.getCamelContext().createProducerTemplate();
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    public <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    /** Calls {@code direct:<method>}. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> call(String method, Map<String, Object> parameters) {
        return template.requestBody("direct:" + method, parameters, Map.class);
    }

    /** The same, as JSON. */
    public JsonNode json(String method, Map<String, Object> parameters) {
        return JSON.valueToTree(call(method, parameters));
    }

    public ProducerTemplate template() {
        return template;
    }

    /** A recorded exchange. */
    public static JsonNode golden(String name) throws java.io.IOException {
        return JSON.readTree(ProxiesFixture.class.getResourceAsStream("/golden/petal-proxies/" + name + ".json"));
    }

    /** The step of a recording with this call. */
    public static JsonNode step(JsonNode recording, String call) {
        for (JsonNode step : recording.get("steps")) {
            if (step.get("call").asText().equals(call)) {
                return step;
            }
        }
        throw new AssertionError("no such call in the recording: " + call);
    }

    @Override
    public void close() {
        main.stop();
    }
}
