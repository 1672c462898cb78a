package io.dromedary.propeller;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.oci.OciException;
import io.dromedary.oci.OciReference;
import org.apache.camel.Exchange;

/** Reads requests for artifacts: {@code {"app_name":"registry/repository[:tag][@digest]"}}. Other fields are ignored. */
public final class ArtifactRequests {

    /** Room for fields of others, which are ignored; a request itself is short. */
    static final int MAX_BYTES = 65_536;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String defaultRegistry;
    private final boolean anyCase;

    /**
     * Makes a reader.
     *
     * @param defaultRegistry registry of references that name none, or empty
     * @param anyCase         whether the key is found in any case, as the releases of the layout {@code channels} do
     */
    public ArtifactRequests(String defaultRegistry, boolean anyCase) {
        this.defaultRegistry = defaultRegistry;
        this.anyCase = anyCase;
    }

    /** Checks the body and keeps {@code appName}, the text as it came, as a variable. */
    public void open(Exchange exchange) throws OciException {
        exchange.setVariable("appName", read(exchange.getMessage().getBody(byte[].class)));
        // A thousand may wait.
        exchange.getMessage().setBody(null);
    }

    String read(byte[] message) throws OciException {
        if (message == null || message.length == 0) {
            throw new Failure.Refused("the request is empty", null);
        }
        if (message.length > MAX_BYTES) {
            throw new Failure.Refused("the request has " + message.length + " bytes; the limit is " + MAX_BYTES, null);
        }
        JsonNode root;
        try {
            // As the original reads it: what is no UTF-8, in a field that nobody looks at, does no harm.
            root = JSON.readTree(new String(message, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Failure.Refused("the request is not JSON", null);
        }
        if (root == null || !root.isObject()) {
            throw new Failure.Refused("the request is not a JSON object", null);
        }
        JsonNode name = find(root);
        if (name == null || !name.isTextual()) {
            throw new Failure.Refused("app_name must be a text", null);
        }
        if (name.textValue().length() > ProxySettings.MAX_NAME) {
            throw new Failure.Refused("app_name is longer than " + ProxySettings.MAX_NAME + " characters", name.textValue().substring(0, ProxySettings.MAX_NAME));
        }
        try {
            OciReference.parse(name.textValue(), defaultRegistry);
        } catch (OciException e) {
            throw new Failure.Refused(e.getMessage(), name.textValue());
        }
        return name.textValue();
    }

    private JsonNode find(JsonNode root) {
        if (anyCase && !root.has("app_name")) {
            for (Iterator<Map.Entry<String, JsonNode>> fields = root.fields(); fields.hasNext();) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (field.getKey().equalsIgnoreCase("app_name")) {
                    return field.getValue();
                }
            }
        }
        return root.get("app_name");
    }
}
