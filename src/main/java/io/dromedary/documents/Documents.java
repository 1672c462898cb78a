package io.dromedary.documents;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;

/** Documents as JSON text and as maps. */
final class Documents {

    static final ObjectMapper JSON = new ObjectMapper().registerModule(new SimpleModule().addSerializer(Double.class, new FiniteNumbers()));

    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {
    };

    /** JSON has no infinity, which is what 1e999 becomes; it must not turn into a text. */
    private static final class FiniteNumbers extends JsonSerializer<Double> {

        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (!Parameters.isFinite(value)) {
                throw JsonMappingException.from(out, "a number is out of range");
            }
            out.writeNumber(value);
        }
    }

    private Documents() {
    }

    /** JSON text of a document, refused when larger than the limit in bytes or when it holds binary data. */
    static String write(Map<String, Object> document, int maxBytes) {
        try {
            byte[] bytes = JSON.writeValueAsBytes(document);
            if (bytes.length > maxBytes) {
                throw new BadParameter("The item has " + bytes.length + " bytes; at most " + maxBytes + " are allowed");
            }
            String text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
            if (text.contains("\\u0000")) {
                throw new BadParameter("The item holds binary data, which is no text");
            }
            return text;
        } catch (JsonProcessingException e) {
            throw new BadParameter("The item cannot be written as JSON: " + e.getOriginalMessage());
        }
    }

    static Map<String, Object> read(String text) {
        try {
            return JSON.readValue(text, MAP);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored document is no JSON object", e);
        }
    }

    /** A store's answer as a document; empty when it is none. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object answer) {
        return answer instanceof Map<?, ?> ? (Map<String, Object>) answer : Map.of();
    }

    /** A store's answer as a list of documents; what is none in it is left out. */
    static List<Map<String, Object>> list(Object answer) {
        return answer instanceof List<?> found ? found.stream().filter(Map.class::isInstance).map(Documents::map).toList() : List.of();
    }

    /** Whether a document meets all conditions. Numbers are equal when their values are. */
    static boolean meets(Map<String, Object> document, List<DocumentStore.Filter> filters) {
        return filters.stream().allMatch(filter -> same(document.get(filter.field()), filter.value()));
    }

    private static boolean same(Object stored, Object wanted) {
        if (stored instanceof Number && wanted instanceof Number) {
            return Parameters.isFinite(stored) && Parameters.isFinite(wanted) ? new BigDecimal(stored.toString()).compareTo(new BigDecimal(wanted.toString())) == 0
                    : stored.equals(wanted);
        }
        return Objects.equals(stored, wanted);
    }
}
