package io.dromedary.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;

/**
 * Checks a payload against the schema that lies beside its command's route: {@code list.schema.json} beside
 * {@code list.camel.yaml}. A command without a schema takes any JSON.
 *
 * <p>Keywords of our own at the top of a schema: {@code x-lenient} reads as {@link LenientSchema} does; {@code x-refusal} says what a
 * refused payload is answered with ({@code error_code}, {@code message} before the findings, and {@code fields} that are null then);
 * {@code x-failure} says the same of a failure of the command, whose text goes behind {@code message}; {@code x-not-ready} is the whole
 * answer to a {@link NotReadyException}, with the fields of {@code x-failure}, and says in {@code when} to the command's page when that is.
 */
final class CommandSchemas {

    private static final String PREFIX = "Invalid request parameters: ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext context;
    private final Map<Route, Rules> schemas = new ConcurrentHashMap<>();

    /** How one command answers when it fails; {@code notReady} is null when that is a failure like others. */
    record Failure(String code, String message, Map<String, Object> fields, Failure notReady) {

        /** The refusal that says so. */
        CommandRefused refusal(Throwable failure) {
            if (notReady != null && failure instanceof NotReadyException) {
                return new CommandRefused(notReady.code, notReady.message, fields);
            }
            return new CommandRefused(code, message + Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName()), fields);
        }

        private static Failure read(JsonNode rule, String code, Map<String, Object> fields, Failure notReady) {
            Map<String, Object> empty = new LinkedHashMap<>(fields);
            rule.path("fields").forEach(field -> empty.put(field.asText(), null));
            return new Failure(rule.path("error_code").asText(code), rule.path("message").asText(""), empty, notReady);
        }
    }

    /** What one command expects of a payload. */
    static final class Rules {

        private static final Rules NONE = new Rules(null, null, null, null);

        private final JsonSchema strict;
        private final LenientSchema lenient;
        private final Failure refusal;
        private final Failure failure;

        private Rules(JsonSchema strict, LenientSchema lenient, Failure refusal, Failure failure) {
            this.strict = strict;
            this.lenient = lenient;
            this.refusal = refusal;
            this.failure = failure;
        }

        /** What a failing command answers, or null for the usual. */
        Failure failure() {
            return failure;
        }

        /**
         * The payload to work with.
         *
         * @throws CommandRefused with every finding in one line
         */
        Object check(Object payload) throws CommandRefused {
            if (lenient != null) {
                LenientSchema.Reading reading = lenient.read(payload);
                if (reading.findings().isEmpty()) {
                    return reading.value();
                }
                throw refused(reading.complaint());
            }
            Set<ValidationMessage> findings = strict == null ? Set.of() : strict.validate(JSON.valueToTree(payload));
            if (!findings.isEmpty()) {
                throw refused(findings.stream().map(ValidationMessage::getMessage).sorted().collect(Collectors.joining("; ")));
            }
            return payload;
        }

        private CommandRefused refused(String why) {
            return new CommandRefused(refusal.code(), (refusal.message().isEmpty() ? PREFIX : refusal.message()) + why, refusal.fields());
        }
    }

    CommandSchemas(CamelContext context) {
        this.context = context;
    }

    /** The rules of the command that a route runs. */
    Rules rules(Route route) {
        return schemas.computeIfAbsent(route, this::load);
    }

    private Rules load(Route route) {
        schemas.keySet().removeIf(known -> context.getRoute(known.getRouteId()) != known);
        Optional<Resource> schema = CommandFiles.beside(context, route, CommandFiles.SCHEMA);
        if (schema.isEmpty()) {
            return Rules.NONE;
        }
        try (InputStream in = schema.get().getInputStream()) {
            return read(JSON.readTree(in));
        } catch (IOException e) {
            throw new IllegalStateException("Schema cannot be read: " + schema.get().getLocation(), e);
        }
    }

    private static Rules read(JsonNode document) {
        Failure refusal = Failure.read(document.path("x-refusal"), ErrorCodes.VALIDATION_ERROR, Map.of(), null);
        Failure notReady = document.has("x-not-ready") ? Failure.read(document.path("x-not-ready"), ErrorCodes.HANDLER_ERROR, Map.of(), null) : null;
        Failure failure = document.has("x-failure") ? Failure.read(document.path("x-failure"), ErrorCodes.HANDLER_ERROR, refusal.fields(), notReady) : null;
        return document.path("x-lenient").asBoolean() ? new Rules(null, LenientSchema.of(document), refusal, failure)
                : new Rules(LenientSchema.FACTORY.getSchema(document), null, refusal, failure);
    }
}
