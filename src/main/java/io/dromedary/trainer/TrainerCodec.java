package io.dromedary.trainer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bytes of auto-trainer-api, both ways. Its packages differ in two things, which are the two options here:
 *
 * <ul>
 * <li>{@code wire}: {@code double} puts the JSON text into a JSON string, as 0.9.7 publishes; {@code plain} does not, as newer ones.
 * Both are always read.
 * <li>{@code values}: {@code compatible} is 0.9.7 to the byte, which changes case over the whole text and so loses minus signs, blanks,
 * dates and paths; {@code intact} changes the case of keys only, which all its clients read as well.
 * </ul>
 *
 * <p>Thread safe.
 */
public final class TrainerCodec {

    private static final int KEY_CACHE = 2_000;
    private static final String FALLBACK_MESSAGE = "An error occurred serializing the 'data' element of the response.";

    private final boolean doubled;
    private final boolean compatible;
    private final Map<String, String> camelKeys = new ConcurrentHashMap<>();
    private final PythonJson.Style publishStyle;
    private final PythonJson.Style requestStyle;

    /**
     * @param wire {@code double} or {@code plain}
     * @param values {@code intact} or {@code compatible}
     * @throws IllegalArgumentException for other words
     */
    public TrainerCodec(String wire, String values) {
        doubled = choose("trainer.codec", wire, "double", "plain");
        compatible = choose("trainer.values", values, "compatible", "intact") && doubled;
        String space = doubled ? "" : " ";
        publishStyle = new PythonJson.Style("," + space, ":" + space, false, this::camelKey, false);
        requestStyle = new PythonJson.Style(", ", ": ", false, key -> key, doubled && !compatible);
    }

    private static boolean choose(String name, String value, String yes, String no) {
        if (!yes.equals(value) && !no.equals(value)) {
            throw new IllegalArgumentException(name + " is " + yes + " or " + no + ", not " + value);
        }
        return yes.equals(value);
    }

    /** Keys repeat; a bounded memory of them spares most of the work. */
    private String camelKey(String key) {
        String known = camelKeys.get(key);
        if (known == null) {
            known = Humps.camelise(key);
            if (camelKeys.size() < KEY_CACHE) {
                camelKeys.put(key, known);
            }
        }
        return known;
    }

    /**
     * The body frame of a message to publish.
     *
     * @throws IllegalArgumentException when something in it has no JSON form
     */
    public byte[] encodeBody(Object value) {
        if (!doubled) {
            return ascii(PythonJson.write(value, publishStyle));
        }
        String text = compatible ? Humps.camelise(PythonJson.write(value, PythonJson.Style.PYTHON)) : PythonJson.write(value, publishStyle);
        return ascii(PythonJson.quote(text));
    }

    /** Both frames of a message to publish: the topic and a body that is encoded unless it is text or bytes already. */
    public List<byte[]> encodeMessage(Object topic, Object body) {
        byte[] frame = TrainerTopic.frame(TrainerTopic.of(topic));
        if (body instanceof byte[] bytes) {
            return List.of(frame, bytes);
        }
        if (body instanceof RawText text) {
            return List.of(frame, text.text().getBytes(StandardCharsets.UTF_8));
        }
        return List.of(frame, encodeBody(body));
    }

    /** A body that is published as it is, like the reference's {@code send_string}. */
    public record RawText(String text) {
    }

    /** Whether an event is one that also goes out on the emergency topic: a kind of 101 or 102, as a number. */
    public static boolean isEmergency(Object body) {
        return body instanceof Map<?, ?> map && map.get("kind") instanceof Number kind && (kind.doubleValue() == 101 || kind.doubleValue() == 102);
    }

    /** Whether a message must go out on the emergency topic too, and first. */
    public static boolean alsoEmergency(Object topic, Object body) {
        return TrainerTopic.of(topic) == TrainerTopic.EVENT && isEmergency(body);
    }

    /** One message as a subscriber understands it: a body that is JSON, also when encoded twice, else text, else bytes. */
    public record Message(long topic, Object body) {
    }

    /**
     * Reads what a subscriber got.
     *
     * @throws MalformedMessageException when it has not two frames or no topic; the reference sends such ones when its threads collide
     */
    public Message decodeMessage(List<byte[]> frames) throws MalformedMessageException {
        if (frames.size() != 2) {
            throw new MalformedMessageException("A message has 2 frames, not " + frames.size());
        }
        return new Message(TrainerTopic.parse(frames.get(0)), decodeBody(frames.get(1)));
    }

    private static Object decodeBody(byte[] bytes) {
        String text;
        try {
            text = utf8(bytes);
        } catch (MalformedMessageException e) {
            return bytes;
        }
        try {
            Object value = PythonJson.read(text);
            return value instanceof String inner ? innerJson(inner) : value;
        } catch (MalformedMessageException e) {
            return text;
        }
    }

    private static Object innerJson(String text) {
        try {
            return PythonJson.read(text);
        } catch (MalformedMessageException e) {
            return text;
        }
    }

    /**
     * Reads a command.
     *
     * @throws MalformedMessageException when it is none; such ones end the reference's service, ours answers them
     */
    public CommandRequest decodeRequest(List<byte[]> frames) throws MalformedMessageException {
        if (frames.size() != 1) {
            throw new MalformedMessageException("A command has 1 frame, not " + frames.size());
        }
        String text = utf8(frames.get(0));
        Object value = PythonJson.read(compatible ? Humps.decamelise(text) : text);
        if (!(value instanceof Map<?, ?> map) || !map.containsKey("command")) {
            throw new MalformedMessageException("A command is a JSON object with the member 'command'");
        }
        Object sent = map.get("command");
        if (sent instanceof Map || sent instanceof List) {
            throw new MalformedMessageException("The member 'command' must be a number");
        }
        Object custom = map.containsKey("custom_command") || !map.containsKey("customCommand")
                ? orElse(map, "custom_command", -1) : map.get("customCommand");
        return new CommandRequest(number(sent), sent, custom, orElse(map, "nonce", 0), snakeKeys(map.get("data")));
    }

    private static Object orElse(Map<?, ?> map, String key, Object other) {
        return map.containsKey(key) ? map.get(key) : other;
    }

    /** As Python compares: 100.0 is 100 and false is 0; all that is not known is user defined, which newer packages keep as it is. */
    private int number(Object sent) {
        if (Boolean.FALSE.equals(sent)) {
            return TrainerCommand.NONE;
        }
        if (sent instanceof Number n && n.doubleValue() == n.intValue() && (TrainerCommand.known(n.intValue()) || !doubled)) {
            return n.intValue();
        }
        return TrainerCommand.USER_DEFINED;
    }

    private Object snakeKeys(Object value) {
        if (compatible) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> snake = new LinkedHashMap<>();
            map.forEach((key, element) -> snake.put(Humps.decamelise((String) key), snakeKeys(element)));
            return snake;
        }
        return value instanceof List<?> list ? list.stream().map(this::snakeKeys).collect(
                java.util.stream.Collectors.toCollection(java.util.ArrayList::new)) : value;
    }

    /** The answer to a command. Values without a JSON form give the reference's fall-back, a result without one its exception. */
    public byte[] encodeReply(CommandRequest request, CommandReply reply) {
        Map<String, Object> members = reply.toReply(request);
        try {
            return replyBytes(members);
        } catch (IllegalArgumentException e) {
            return fallback(request, members);
        }
    }

    private byte[] fallback(CommandRequest request, Map<String, Object> members) {
        members.put("data", null);
        members.put("error_kind", TrainerCommand.ERROR_SYSTEM);
        members.put("error_code", 0);
        members.put("error_message", FALLBACK_MESSAGE);
        try {
            return replyBytes(members);
        } catch (IllegalArgumentException e) {
            return replyBytes(CommandReply.exception(e.getMessage()).toReply(request));
        }
    }

    private byte[] replyBytes(Map<String, Object> members) {
        return ascii(compatible ? Humps.camelise(PythonJson.write(members, PythonJson.Style.PYTHON_STRICT)) : PythonJson.write(members, publishStyle));
    }

    /**
     * A command to send. With {@code double} and {@code intact}, capitals and blanks in values are written as escapes: the reference's
     * reader changes the case of the whole text, and escapes are what it leaves alone.
     *
     * @param custom which user-defined command, or null
     * @param data arguments, or null
     */
    public byte[] encodeRequest(int command, Object custom, Object nonce, Object data) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("command", command);
        if (custom != null) {
            members.put("custom_command", custom);
        }
        members.put("nonce", nonce);
        if (data != null) {
            members.put("data", data);
        }
        return PythonJson.write(members, requestStyle).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the answer to a command.
     *
     * @throws MalformedMessageException when it is no JSON object in one frame
     */
    public Map<String, Object> decodeReply(List<byte[]> frames) throws MalformedMessageException {
        if (frames.size() == 1 && PythonJson.read(utf8(frames.get(0))) instanceof Map<?, ?> map) {
            Map<String, Object> reply = new LinkedHashMap<>();
            map.forEach((key, value) -> reply.put((String) key, value));
            return reply;
        }
        throw new MalformedMessageException("A reply is a JSON object in one frame");
    }

    private static String utf8(byte[] bytes) throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("Not UTF-8");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
