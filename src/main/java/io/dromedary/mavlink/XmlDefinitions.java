package io.dromedary.mavlink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads message definitions from dialect files in the XML format of MAVLink. */
final class XmlDefinitions implements Definitions {

    private static final Pattern TYPE = Pattern.compile("([a-z0-9_]+)(?:\\[([0-9]{1,3})])?");
    private static final int MAX_INCLUDE_DEPTH = 16;

    private final Map<Integer, MessageDefinition> byId = new HashMap<>();
    private final Map<String, MessageDefinition> byName = new HashMap<>();
    private final Map<String, Long> entries = new HashMap<>();

    private XmlDefinitions() {
    }

    /** Reads a file and the included files that lie beside it. */
    static XmlDefinitions read(Path file) throws IOException {
        XmlDefinitions definitions = new XmlDefinitions();
        definitions.readFile(file, new HashSet<>(), 0);
        return definitions;
    }

    /** Reads a stream; includes are ignored. */
    static XmlDefinitions read(InputStream in, String name) {
        XmlDefinitions definitions = new XmlDefinitions();
        definitions.parse(in, name);
        return definitions;
    }

    private void readFile(Path file, Set<Path> seen, int depth) throws IOException {
        if (depth > MAX_INCLUDE_DEPTH) {
            throw new IllegalArgumentException(file + ": more than " + MAX_INCLUDE_DEPTH + " levels of includes");
        }
        if (!seen.add(file.toAbsolutePath().normalize())) {
            return;
        }
        List<String> includes;
        try (InputStream in = Files.newInputStream(file)) {
            includes = parse(in, file.toString());
        }
        for (String include : includes) {
            Path beside = file.resolveSibling(include);
            if (Files.isRegularFile(beside)) {
                readFile(beside, seen, depth + 1);
            }
        }
    }

    private List<String> parse(InputStream in, String name) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            try {
                return new Reader(xml).read();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ", line " + xml.getLocation().getLineNumber() + ": " + e.getMessage(), e);
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException(name + " is not a MAVLink dialect file: " + e.getMessage(), e);
        }
    }

    @Override
    public MessageDefinition byId(int id) {
        return byId.get(id);
    }

    @Override
    public IntStream ids() {
        return byId.keySet().stream().mapToInt(Integer::intValue);
    }

    @Override
    public MessageDefinition byName(String name) {
        return byName.get(name);
    }

    @Override
    public OptionalLong entry(String enumeration, String entry) {
        Long value = entries.get(enumeration + "." + entry);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** One pass over one file. */
    private final class Reader {

        private final XMLStreamReader xml;
        private final List<String> includes = new ArrayList<>();
        private final List<MessageField> fields = new ArrayList<>();
        private boolean extension;
        private int id;
        private String message;
        private String enumeration;

        Reader(XMLStreamReader xml) {
            this.xml = xml;
        }

        List<String> read() throws XMLStreamException {
            boolean root = false;
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    if (!root && !xml.getLocalName().equals("mavlink")) {
                        throw new IllegalArgumentException("expected <mavlink>, found <" + xml.getLocalName() + ">");
                    }
                    root = true;
                    start(xml.getLocalName());
                } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("message")) {
                    endMessage();
                }
            }
            return includes;
        }

        private void start(String element) throws XMLStreamException {
            switch (element) {
                case "include" -> includes.add(xml.getElementText().trim());
                case "message" -> {
                    id = (int) number(attribute("id"), 0xFFFFFF);
                    message = attribute("name");
                    extension = false;
                    fields.clear();
                }
                case "extensions" -> extension = true;
                case "field" -> field();
                case "enum" -> enumeration = attribute("name");
                case "entry" -> {
                    // Entries without a value count on from the last one in some files; nobody asks for those by name.
                    if (xml.getAttributeValue(null, "value") != null) {
                        entries.put(enumeration + "." + attribute("name"), number(attribute("value"), Long.MAX_VALUE));
                    }
                }
                default -> {
                    // Descriptions, units, parameters of commands: not part of the layout.
                }
            }
        }

        private void field() {
            Matcher type = TYPE.matcher(attribute("type"));
            if (!type.matches()) {
                throw new IllegalArgumentException("'" + attribute("type") + "' is not a field type");
            }
            int count = type.group(2) == null ? 0 : Integer.parseInt(type.group(2));
            fields.add(new MessageField(attribute("name"), FieldType.ofWireName(type.group(1)), count, 0, extension));
        }

        private void endMessage() {
            MessageDefinition definition = MessageDefinition.of(id, message, fields);
            // What the including file says counts, and it is read first.
            if (byId.putIfAbsent(id, definition) == null) {
                byName.putIfAbsent(message, definition);
            }
        }

        private String attribute(String name) {
            String value = xml.getAttributeValue(null, name);
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException("<" + xml.getLocalName() + "> without " + name);
            }
            return value.trim();
        }

        private long number(String text, long largest) {
            try {
                Matcher power = Pattern.compile("2\\*\\*([0-9]{1,2})").matcher(text);
                long value = power.matches() ? 1L << Integer.parseInt(power.group(1))
                        : text.startsWith("0b") ? Long.parseUnsignedLong(text.substring(2), 2) : Long.decode(text);
                if (value <= largest) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
            throw new IllegalArgumentException("'" + text + "' is not a number up to " + largest);
        }
    }
}
