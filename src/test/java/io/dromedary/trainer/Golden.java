package io.dromedary.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The recorded exchanges with auto-trainer-api 0.9.7. */
public final class Golden {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private Golden() {
    }

    /** One recorded case, shown by its file and name. */
    public record Case(String file, JsonNode node) {

        public String id() {
            return node.get("id").asText();
        }

        /** A member with hexadecimal text, or a list of it. */
        public List<byte[]> hex(String member) {
            return bytes(node.get(member));
        }

        @Override
        public String toString() {
            return file + ": " + id();
        }
    }

    public static List<byte[]> bytes(JsonNode hex) {
        List<byte[]> frames = new ArrayList<>();
        if (hex.isTextual()) {
            frames.add(HexFormat.of().parseHex(hex.asText()));
        } else {
            hex.forEach(part -> frames.add(HexFormat.of().parseHex(part.asText())));
        }
        return frames;
    }

    public static Stream<Case> cases(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/auto-trainer-rpc/" + file + ".json")) {
            return StreamSupport.stream(MAPPER.readTree(in).get("cases").spliterator(), false).map(node -> new Case(file, node)).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A list of frames in a form that shows what differs. */
    public static List<String> show(List<byte[]> frames) {
        return frames.stream().map(frame -> HexFormat.of().formatHex(frame) + " " + new String(frame, UTF_8)).toList();
    }
}
