package io.dromedary.describe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.dromedary.command.CommandFiles;
import io.dromedary.command.Commands;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What others have to know of one command: its schema, and as examples what its tests send and expect.
 *
 * @param name     such as {@code petal-flight-log/list}
 * @param about    one sentence, as its schema or else its route has it
 * @param declared the schema as it is written; missing if there is none
 * @param payloads payloads that fit the schema; never empty
 * @param reply    a reply, without what every reply has; missing if no test expects a whole one
 */
record CommandFacts(String name, String about, JsonNode declared, List<JsonNode> payloads, JsonNode reply) {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String TEST = ".test.yaml";
    private static final String OWN = "x-";
    /** How a test says that any value will do. */
    private static final String MATCHER = "\"$";
    private static final int MOST_EXAMPLES = 3;

    /** All commands that can be called now. */
    static List<CommandFacts> running(CamelContext context, Commands commands) {
        List<CommandFacts> all = new ArrayList<>();
        for (String name : commands.names()) {
            Optional<Route> route = commands.route(name);
            route.ifPresent(found -> all.add(of(name, found.getDescription(), text(CommandFiles.beside(context, found, CommandFiles.SCHEMA)),
                    text(CommandFiles.beside(context, found, TEST)))));
        }
        return all;
    }

    /** The command whose files lie in a folder. */
    static CommandFacts read(String name, String description, Path folder) throws IOException {
        String file = name.substring(name.indexOf('/') + 1);
        Path test = folder.resolve(file + TEST);
        return of(name, description, Files.readString(folder.resolve(file + CommandFiles.SCHEMA)), Files.exists(test) ? Files.readString(test) : null);
    }

    private static String text(Optional<Resource> resource) {
        if (resource.isEmpty()) {
            return null;
        }
        try (InputStream in = resource.get().getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandFacts of(String name, String description, String schema, String test) {
        try {
            JsonNode declared = schema == null ? MissingNode.getInstance() : JSON.readTree(schema);
            JsonNode tests = test == null ? MissingNode.getInstance() : JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(test)).path("tests");
            return new CommandFacts(name, declared.path("description").asText(description == null ? name : description), declared,
                    payloads(declared, tests), reply(tests));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Payloads of tests that fit; one that the schema's own words make if none does. */
    private static List<JsonNode> payloads(JsonNode declared, JsonNode tests) {
        JsonSchema schema = declared.isMissingNode() ? null : JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(plain(declared));
        List<JsonNode> payloads = new ArrayList<>();
        for (JsonNode test : tests) {
            JsonNode payload = test.path("given").path("payload");
            boolean fails = test.path("expect").has("error") || test.path("given").has("command");
            if (!payload.isMissingNode() && !fails && !payloads.contains(payload) && payloads.size() < MOST_EXAMPLES
                    && (schema == null || schema.validate(payload).isEmpty())) {
                payloads.add(payload);
            }
        }
        return payloads.isEmpty() ? List.of(Examples.of(declared)) : payloads;
    }

    private static JsonNode reply(JsonNode tests) {
        for (JsonNode test : tests) {
            JsonNode reply = test.path("expect").path("reply");
            if (reply.isObject() && !reply.toString().contains(MATCHER)) {
                return reply;
            }
        }
        return MissingNode.getInstance();
    }

    /** Name that documents can use as a key. */
    String key() {
        return name.replace('/', '.');
    }

    /** The schema in words that every reader of JSON schemas knows; any object if there is none. */
    ObjectNode schema() {
        return declared.isObject() ? (ObjectNode) plain(declared) : JSON.createObjectNode().put("description", about);
    }

    private static JsonNode plain(JsonNode node) {
        JsonNode copy = node.deepCopy();
        strip(copy);
        return copy;
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
                String name = names.next();
                if (name.startsWith(OWN) || name.equals("$schema")) {
                    names.remove();
                }
            }
        }
        node.forEach(CommandFacts::strip);
    }
}
