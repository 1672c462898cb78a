package io.dromedary.describe;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** Answers what can be asked of the running system, made anew each time. The bean {@code interfaces}. */
public class Interfaces implements CamelContextAware {

    private CamelContext context;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** An AsyncAPI 3.0 document of the bus, of other MQTT topics and of WebSockets. */
    public String asyncapi() {
        return text(AsyncApiDocument.of(context));
    }

    /** An OpenAPI 3 document of the HTTP paths. */
    public String openapi() throws Exception {
        return text(OpenApiDocument.of(context));
    }

    private static String text(JsonNode document) {
        return document.toPrettyString() + "\n";
    }
}
