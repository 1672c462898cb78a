package io.dromedary.vantiq;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Turns what a route left as its result into the answer of a query.
 *
 * <p>The server takes one object or a list of objects. A map is one, a collection is a list; an iterator or a stream becomes partial responses
 * and an end; JSON text and JSON bytes are taken for what they say; nothing is an empty answer; any other value {@code v} is wrapped as
 * {@code {"value": v}}; Java beans are written as Jackson writes them.
 */
final class QueryAnswer {

    private QueryAnswer() {
    }

    /**
     * Answers a query with a result, unless the route has done so itself.
     *
     * @param rows the most rows in one partial response
     */
    static void result(OpenQuery query, Object result, int rows) {
        if (query.isEnded()) {
            return;
        }
        if (result instanceof Stream<?> stream) {
            try (stream) {
                stream(query, stream.iterator(), rows);
            }
        } else if (result instanceof Iterator<?> iterator) {
            stream(query, iterator, rows);
        } else if (result instanceof Iterable<?> iterable && !(result instanceof Collection) && !(result instanceof JsonNode)) {
            stream(query, iterable.iterator(), rows);
        } else {
            Object body = body(result);
            if (body != null) {
                query.respond(VantiqFrames.COMPLETE, body);
            } else if (query.isPartlyAnswered()) {
                // Nobody knows whether a server takes an empty answer after partial ones; an empty list is safe.
                query.respond(VantiqFrames.COMPLETE, List.of());
            } else {
                query.respond(VantiqFrames.EMPTY, null);
            }
        }
    }

    private static void stream(OpenQuery query, Iterator<?> all, int rows) {
        List<Object> batch = new ArrayList<>();
        while (all.hasNext() && !query.isEnded()) {
            batch.add(row(all.next()));
            if (batch.size() == rows && all.hasNext()) {
                query.respond(VantiqFrames.PARTIAL, batch);
                batch = new ArrayList<>();
            }
        }
        if (!query.isEnded()) {
            result(query, batch.isEmpty() ? null : batch, rows);
        }
    }

    /** Answers a query with what went wrong, unless the route has answered it itself. */
    static void failure(OpenQuery query, Throwable problem) {
        if (query.isEnded()) {
            return;
        }
        if (problem instanceof VantiqQueryException known) {
            query.fail(known.getCode(), known.getTemplate(), known.getParameters());
        } else {
            query.fail("io.dromedary.vantiq.queryFailed", "{0}: {1}",
                    List.of(problem.getClass().getSimpleName(), String.valueOf(problem.getMessage())));
        }
    }

    /** A result as one object or a list of objects; null when there is none. */
    static Object body(Object result) {
        Object value = plain(result);
        if (value instanceof Collection<?> list) {
            return list.stream().map(QueryAnswer::row).toList();
        }
        return value == null ? null : row(value);
    }

    private static Object row(Object value) {
        return isScalar(value) ? java.util.Collections.singletonMap("value", value) : value;
    }

    private static boolean isScalar(Object value) {
        return value == null || value instanceof CharSequence || value instanceof Number || value instanceof Boolean || value instanceof Character
                || value instanceof Enum || value instanceof JsonNode node && node.isValueNode();
    }

    /**
     * A message as a JSON value: text or bytes that hold a JSON object or list become that object or list, everything else stays what it is.
     *
     * @throws VantiqException when bytes hold no JSON
     */
    static Object plain(Object value) {
        try {
            if (value instanceof String text) {
                return looksLikeJson(text) ? parsedOr(text.getBytes(StandardCharsets.UTF_8), text) : text;
            }
            if (value instanceof Reader reader) {
                StringWriter text = new StringWriter();
                reader.transferTo(text);
                return plain(text.toString());
            }
            if (value instanceof byte[] bytes) {
                return bytes.length == 0 ? null : VantiqFrames.readValue(new ByteArrayInputStream(bytes));
            }
            if (value instanceof InputStream stream) {
                return plain(stream.readAllBytes());
            }
            return value;
        } catch (IOException e) {
            throw new VantiqException("The body is neither JSON nor text: " + e.getClass().getSimpleName(), e);
        }
    }

    private static boolean looksLikeJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[");
    }

    private static Object parsedOr(byte[] text, Object otherwise) throws IOException {
        try {
            return VantiqFrames.readValue(text);
        } catch (JsonProcessingException e) {
            return otherwise;
        }
    }

    /** Checks a response as the SDK's {@code send_query_response} does, with its messages. */
    static void checkResponse(String source, Object replyAddress, int status, Object body) {
        if (status != VantiqFrames.PARTIAL && status != VantiqFrames.COMPLETE && status != VantiqFrames.EMPTY) {
            throw new VantiqException("send_query_response(): Invalid Code: " + status + ".");
        }
        if (status != VantiqFrames.EMPTY && body == null) {
            throw new VantiqException("send_query_response(): Non-empty responses require a message parameter.");
        }
        if (replyAddress == null) {
            throw new VantiqException("Query response is missing or has incomplete context: " + context(source) + ".");
        }
    }

    /** Checks an error as the SDK's {@code send_query_error} does, with its messages. */
    static void checkError(String source, Object replyAddress, String code, String template, Object parameters) {
        if (replyAddress == null) {
            throw new VantiqException("send_query_error(): Missing or incomplete context: " + context(source) + ".");
        }
        if (code == null || template == null || parameters == null) {
            throw new VantiqException("send_query_error(): Missing or incomplete error message information: messageCode=" + code
                    + ", messageTemplate=" + template + ", parameters=" + parameters);
        }
    }

    private static Map<String, String> context(String source) {
        return Map.of("source_name", source);
    }
}
