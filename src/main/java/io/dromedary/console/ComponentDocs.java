package io.dromedary.console;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.Component;

/** The documentation of one component, from the metadata that the build writes beside its classes; read anew each time, since that is seldom. */
final class ComponentDocs implements ComponentDocsMXBean {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OURS = "io.dromedary.";

    private final CatalogCamelContext catalog;
    private final String name;

    private ComponentDocs(CatalogCamelContext catalog, String name) {
        this.catalog = catalog;
        this.name = name;
    }

    /** One for each of our components that the context uses. */
    static List<ComponentDocs> all(CamelContext context) {
        if (!(context instanceof CatalogCamelContext catalog)) {
            return List.of();
        }
        return context.getComponentNames().stream().filter(name -> isOurs(context.hasComponent(name)))
                .map(name -> new ComponentDocs(catalog, name)).filter(docs -> docs.metadata() != null).toList();
    }

    private static boolean isOurs(Component component) {
        return component != null && component.getClass().getName().startsWith(OURS);
    }

    String name() {
        return name;
    }

    private String metadata() {
        try {
            return catalog.getComponentParameterJsonSchema(name);
        } catch (IOException e) {
            throw new IllegalStateException("The metadata of " + name + " cannot be read", e);
        }
    }

    private JsonNode read() {
        try {
            return JSON.readTree(Objects.requireNonNull(metadata()));
        } catch (IOException e) {
            throw new IllegalStateException("The metadata of " + name + " is no JSON", e);
        }
    }

    @Override
    public String getTitle() {
        return read().at("/component/title").asText();
    }

    @Override
    public String getDescription() {
        return read().at("/component/description").asText();
    }

    @Override
    public String getSyntax() {
        return read().at("/component/syntax").asText();
    }

    @Override
    public List<Option> getOptions() {
        List<Option> options = new ArrayList<>();
        read().path("properties").fields().forEachRemaining(option -> options.add(Row.of(option.getKey(), option.getValue())));
        return options;
    }

    private record Row(String getName, String getType, String getDefault, boolean isRequired, String getDescription) implements Option {

        static Row of(String name, JsonNode option) {
            String type = Stream.of(option.path("enum").isArray() ? option.path("enum").toString() : "", option.path("type").asText())
                    .filter(text -> !text.isEmpty()).findFirst().orElse("");
            return new Row(name, type, option.path("defaultValue").asText(""), option.path("required").asBoolean(), option.path("description").asText());
        }
    }
}
