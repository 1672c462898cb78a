package io.dromedary.lint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;

/** What the catalogue knows of components: Camel's, and our own by their generated metadata. */
final class Components {

    private static final String SERVICES = "META-INF/services/org/apache/camel/component/";
    private static final List<String> OURS = List.of("mavlink", "mavftp", "zeromq", "vantiq", "oci", "job");

    private final CamelCatalog catalog = new DefaultCamelCatalog(true);
    private final Map<String, JsonNode> models = new TreeMap<>();
    private final Map<String, String> aliases;

    /** Knows some components under further names. */
    Components(Map<String, String> aliases) {
        this.aliases = aliases;
        for (String scheme : OURS) {
            String service = text(SERVICES + scheme);
            if (service == null) {
                continue;
            }
            Properties properties = new Properties();
            try {
                properties.load(new java.io.StringReader(service));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String type = properties.getProperty("class");
            String folder = type.substring(0, type.lastIndexOf('.')).replace('.', '/');
            catalog.addComponent(scheme, type, text("META-INF/" + folder + "/" + scheme + ".json"));
        }
    }

    private static String text(String resource) {
        try (InputStream in = Components.class.getClassLoader().getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String canonical(String scheme) {
        return aliases.getOrDefault(scheme, scheme);
    }

    boolean isKnown(String scheme) {
        return catalog.componentJSonSchema(canonical(scheme)) != null;
    }

    /** Whether its classes are there, not only its description. */
    boolean isInstalled(String scheme) {
        return Components.class.getClassLoader().getResource(SERVICES + canonical(scheme)) != null;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>(catalog.findComponentNames());
        names.addAll(aliases.keySet());
        return names;
    }

    /** Metadata of every installed component by name, also of those that are known under another one. */
    Map<String, String> installed() {
        Map<String, String> installed = new TreeMap<>();
        for (String name : names()) {
            if (isInstalled(name)) {
                String metadata = catalog.componentJSonSchema(canonical(name));
                installed.put(name, aliases.containsKey(name) ? renamed(metadata, name) : metadata);
            }
        }
        return installed;
    }

    private static String renamed(String metadata, String name) {
        try {
            ObjectNode model = (ObjectNode) new ObjectMapper().readTree(metadata);
            ObjectNode component = (ObjectNode) model.get("component");
            String before = component.get("scheme").asText();
            component.put("name", name).put("scheme", name).put("title", name).put("syntax", component.get("syntax").asText().replaceFirst("^" + before, name));
            return model.toPrettyString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The endpoint's options by name, with their metadata. */
    JsonNode options(String scheme) {
        return models.computeIfAbsent(canonical(scheme), name -> {
            try {
                return new ObjectMapper().readTree(catalog.componentJSonSchema(name));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }).path("properties");
    }

    JsonNode about(String scheme) {
        options(scheme);
        return models.get(canonical(scheme)).path("component");
    }

    /** What is wrong with an expression, in words, or null. */
    String expressionProblem(String language, String text, boolean predicate) {
        var result = predicate ? catalog.validateLanguagePredicate(Components.class.getClassLoader(), language, text)
                : catalog.validateLanguageExpression(Components.class.getClassLoader(), language, text);
        return result.isSuccess() ? null : result.getShortError() == null ? result.getError() : result.getShortError();
    }

    boolean isTime(String text) {
        return catalog.validateTimePattern(text);
    }
}
