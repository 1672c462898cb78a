package io.dromedary.vantiq;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The frames of the protocol as bytes: builds those a connector sends, reads those a server sends.
 *
 * <p>Numbers keep their kind and size: integers beyond 2^53 stay integers, {@code 1.0} stays a fraction.
 */
final class VantiqFrames {

    /** More to come. */
    static final int PARTIAL = 100;
    /** The last or only response. */
    static final int COMPLETE = 200;
    /** Nothing found. */
    static final int EMPTY = 204;
    /** The query failed. */
    static final int ERROR = 400;

    /** Text and numbers as long as the largest message; the session bounds the message itself. Python's NaN and Infinity are read. */
    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private VantiqFrames() {
    }

    /** Step 1: hands over the token. */
    static byte[] validate(String token) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("op", "validate");
        frame.put("resourceName", "system.credentials");
        frame.put("object", token);
        return write(frame);
    }

    /** Step 3: names the source. A secret, where given, lets the server end a half-open predecessor. */
    static byte[] connectExtension(String source, String reconnectSecret) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("op", "connectExtension");
        frame.put("resourceName", "sources");
        frame.put("resourceId", source);
        if (reconnectSecret != null) {
            frame.put("parameters", Map.of("reconnectSecret", reconnectSecret));
        }
        return write(frame);
    }

    /** The part of a notification before its payload; the same for every notification of a source. */
    static byte[] notificationHead(String source) {
        byte[] name = write(source);
        byte[] start = "{\"op\":\"notification\",\"resourceName\":\"sources\",\"resourceId\":".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] end = ",\"object\":".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(start);
        head.writeBytes(name);
        head.writeBytes(end);
        return head.toByteArray();
    }

    /** A notification: the head of its source and any JSON value. */
    static byte[] notification(byte[] head, Object payload) {
        byte[] object = write(payload);
        byte[] frame = new byte[head.length + object.length + 1];
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(object, 0, frame, head.length, object.length);
        frame[frame.length - 1] = '}';
        return frame;
    }

    /** One response to a query; an empty one has no body, whatever was passed. */
    static byte[] response(Object replyAddress, int status, Object body) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("status", status);
        frame.put("headers", Map.of("X-Reply-Address", replyAddress));
        if (status != EMPTY) {
            frame.put("body", body);
        }
        return write(frame);
    }

    /** The error answer to a query: one object, as both SDKs send it. */
    static byte[] error(Object replyAddress, String code, String template, List<?> parameters) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("messageCode", code);
        body.put("messageTemplate", template);
        body.put("parameters", parameters);
        return response(replyAddress, ERROR, body);
    }

    /**
     * Reads one frame.
     *
     * @throws VantiqException when the bytes are not a JSON object; the message names the place, not the content
     */
    static VantiqMessage read(byte[] bytes) {
        Object value;
        try {
            value = JSON.readValue(bytes, Object.class);
        } catch (JsonProcessingException e) {
            throw new VantiqException("not JSON at byte " + (e.getLocation() == null ? 0 : e.getLocation().getByteOffset()));
        } catch (IOException e) {
            throw new VantiqException("not JSON: " + e.getClass().getSimpleName());
        }
        if (!(value instanceof Map<?, ?> frame)) {
            throw new VantiqException("JSON, but not an object");
        }
        Object op = frame.get("op");
        Object status = frame.get("status");
        Object address = frame.get("messageHeaders") instanceof Map<?, ?> headers ? headers.get("REPLY_ADDR_HEADER") : null;
        return new VantiqMessage(op == null && !frame.containsKey("op") ? null : String.valueOf(op), frame.containsKey("status"),
                status instanceof Integer number ? number : 0, frame.get("object"), address, frame.get("body"));
    }

    /** What the server says of an error: a list of code and message, or anything else. */
    static String describe(Object body) {
        if (body instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?> first) {
            return first.get("code") + ":" + first.get("message");
        }
        return body == null ? "no reason given" : "reason not understood";
    }

    /** A value as JSON bytes. */
    static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new VantiqException("The message cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads JSON text that a route left as its result. */
    static Object readValue(InputStream text) throws IOException {
        return JSON.readValue(text, Object.class);
    }

    /** Reads JSON text that a route left as its result. */
    static Object readValue(byte[] text) throws IOException {
        return JSON.readValue(text, Object.class);
    }
}
