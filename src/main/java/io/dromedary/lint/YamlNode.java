package io.dromedary.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A value in a YAML file that knows its line. A value that is not there is {@link #MISSING}. */
public final class YamlNode {

    /** What {@link #get} returns for a key that is not there. */
    public static final YamlNode MISSING = new YamlNode(null, 0);

    /**
     * One entry of a map.
     *
     * @param key     the key
     * @param keyLine its line in the file
     * @param value   the value
     */
    public record Entry(String key, int keyLine, YamlNode value) {
    }

    private final Node node;
    private final int offset;

    private YamlNode(Node node, int offset) {
        this.node = node;
        this.offset = offset;
    }

    /**
     * Reads one document.
     *
     * @param offset lines before it in its file
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if it is not YAML
     */
    public static YamlNode parse(String text, int offset) {
        Optional<Node> root = new Compose(LoadSettings.builder().setMaxAliasesForCollections(50).build()).composeString(text);
        return root.map(node -> new YamlNode(node, offset)).orElse(MISSING);
    }

    /** Whether there is a value. */
    public boolean exists() {
        return node != null;
    }

    public boolean isMap() {
        return node instanceof MappingNode;
    }

    public boolean isList() {
        return node instanceof SequenceNode;
    }

    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** The line in the file, from 1. */
    public int line() {
        return node == null ? 0 : node.getStartMark().map(Mark::getLine).orElse(0) + 1 + offset;
    }

    /** The text of a scalar as it is written; empty for anything else. */
    public String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** Place of the value's first and behind its last character in the text that was parsed. */
    int[] span() {
        return new int[] {node.getStartMark().orElseThrow().getIndex(), node.getEndMark().orElseThrow().getIndex()};
    }

    /** The entries of a map in their order, repeated keys included; none for anything else. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        if (node instanceof MappingNode map) {
            for (NodeTuple tuple : map.getValue()) {
                YamlNode key = new YamlNode(tuple.getKeyNode(), offset);
                entries.add(new Entry(key.text(), key.line(), new YamlNode(tuple.getValueNode(), offset)));
            }
        }
        return entries;
    }

    /** The items of a list; none for anything else. */
    public List<YamlNode> items() {
        List<YamlNode> items = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(item -> items.add(new YamlNode(item, offset)));
        }
        return items;
    }

    /** The value of a key, or {@link #MISSING}. */
    public YamlNode get(String key) {
        return entries().stream().filter(entry -> entry.key().equals(key)).map(Entry::value).findFirst().orElse(MISSING);
    }

    /** The line of a key, or of the map when the key is not there. */
    public int lineOf(String key) {
        return entries().stream().filter(entry -> entry.key().equals(key)).map(Entry::keyLine).findFirst().orElse(line());
    }

    /** The same value without lines. */
    public JsonNode toJson() {
        if (isMap()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            entries().forEach(entry -> object.set(entry.key(), entry.value().toJson()));
            return object;
        }
        if (isList()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items().forEach(item -> array.add(item.toJson()));
            return array;
        }
        return node == null ? JsonNodeFactory.instance.nullNode() : scalar();
    }

    private JsonNode scalar() {
        Tag tag = node.getTag();
        String text = text();
        try {
            if (tag.equals(Tag.INT)) {
                return JsonNodeFactory.instance.numberNode(Long.decode(text.replace("0o", "0")));
            }
            if (tag.equals(Tag.FLOAT)) {
                return JsonNodeFactory.instance.numberNode(Double.parseDouble(text));
            }
        } catch (NumberFormatException e) {
            return JsonNodeFactory.instance.textNode(text);
        }
        if (tag.equals(Tag.BOOL)) {
            return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text));
        }
        return tag.equals(Tag.NULL) ? JsonNodeFactory.instance.nullNode() : JsonNodeFactory.instance.textNode(text);
    }
}
