package io.dromedary.fleet;

import java.io.IOException;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** Finds the id of a message without building the rest of it. */
final class MessageIds {

    private static final JsonFactory JSON = new JsonFactory();

    private MessageIds() {
    }

    /** The message id as the bus reads it; empty when there is none, or the message cannot be read. */
    static Optional<String> read(Object body) {
        if (!(body instanceof byte[] bytes)) {
            return Optional.empty();
        }
        String id = null;
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("messageId");
                JsonToken value = parser.nextToken();
                if (wanted && value.isScalarValue()) {
                    // The last one counts, as it does for the bus.
                    id = value == JsonToken.VALUE_NULL ? null : parser.getText();
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            // The bus says what is wrong with it.
            return Optional.empty();
        }
        return Optional.ofNullable(id).filter(text -> !text.isEmpty());
    }
}
