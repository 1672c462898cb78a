package io.dromedary.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * Checks a payload against the schema that lies beside its command's route: {@code list.schema.json} beside
 * {@code list.camel.yaml}. A command without a schema takes any JSON.
 */
final class CommandSchemas {

    private static final String ROUTE_ENDING = ".camel.yaml";
    private static final String IN_JAR = ".jar!/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext context;
    private final Map<Route, Optional<JsonSchema>> schemas = new ConcurrentHashMap<>();

    CommandSchemas(CamelContext context) {
        this.context = context;
    }

    /**
     * Checks one payload.
     *
     * @throws CommandRefused with every finding in one line
     */
    void check(Route route, Object payload) throws CommandRefused {
        Optional<JsonSchema> schema = schemas.computeIfAbsent(route, this::load);
        if (schema.isEmpty()) {
            return;
        }
        Set<ValidationMessage> findings = schema.get().validate(JSON.valueToTree(payload));
        if (!findings.isEmpty()) {
            throw new CommandRefused(ErrorCodes.VALIDATION_ERROR, "Invalid request parameters: "
                    + findings.stream().map(ValidationMessage::getMessage).sorted().collect(Collectors.joining("; ")));
        }
    }

    /** A route inside a jar says where the jar is, in a form that cannot be loaded again. */
    private static String beside(String route) {
        String base = route.substring(0, route.length() - ROUTE_ENDING.length()) + ".schema.json";
        int inJar = base.indexOf(IN_JAR);
        return inJar < 0 ? base : "classpath:" + base.substring(inJar + IN_JAR.length());
    }

    private Optional<JsonSchema> load(Route route) {
        schemas.keySet().removeIf(known -> context.getRoute(known.getRouteId()) != known);
        Resource source = route.getSourceResource();
        if (source == null || !source.getLocation().endsWith(ROUTE_ENDING)) {
            return Optional.empty();
        }
        String location = beside(source.getLocation());
        Resource schema = PluginHelper.getResourceLoader(context).resolveResource(location);
        if (!schema.exists()) {
            return Optional.empty();
        }
        try (InputStream in = schema.getInputStream()) {
            return Optional.of(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in));
        } catch (IOException e) {
            throw new IllegalStateException("Schema cannot be read: " + location, e);
        }
    }
}
