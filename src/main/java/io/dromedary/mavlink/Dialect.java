package io.dromedary.mavlink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The messages that one side of a link knows, by id and by name. A layout is made when it is first asked for.
 *
 * <p>Sources, the first that knows a message wins: a dialect file of the user, the messages newer than the library, and a dialect of
 * {@code io.dronefleet.mavlink}. Safe for use by several threads.
 */
public final class Dialect {

    /** The dialect used where none is named: {@code common} and all it includes, with ArduPilot's own messages. */
    public static final String DEFAULT = "ardupilotmega";

    /** Ids below are looked up without a search: nearly all traffic. */
    private static final int DENSE = 512;
    private static final MessageDefinition ABSENT = MessageDefinition.of(0, "ABSENT", List.of());

    private static final Map<String, Dialect> SHARED = new ConcurrentHashMap<>();

    private final List<Definitions> sources;
    private final AtomicReferenceArray<MessageDefinition> dense = new AtomicReferenceArray<>(DENSE);
    private volatile Sparse sparse;
    private final Map<String, MessageDefinition> byName = new ConcurrentHashMap<>();

    Dialect(List<Definitions> sources) {
        this.sources = List.copyOf(sources);
    }

    /** The shared instance of {@link #DEFAULT}. */
    public static Dialect standard() {
        return named(DEFAULT);
    }

    /**
     * The shared instance of a built-in dialect such as {@code common} or {@code ardupilotmega}.
     *
     * @throws IllegalArgumentException when there is no such dialect; the text lists those that exist
     */
    public static Dialect named(String name) {
        return SHARED.computeIfAbsent(name, key -> new Dialect(List.of(newerMessages(), DronefleetDefinitions.of(key))));
    }

    /**
     * A dialect file in the XML format of MAVLink on top of a built-in dialect. Files it includes are read when they lie beside it,
     * else their messages come from the built-in dialect.
     *
     * @throws IOException              when it cannot be read
     * @throws IllegalArgumentException when it is not a dialect file; the text says what is wrong and in which line
     */
    public static Dialect withFile(Path xml, String base) throws IOException {
        List<Definitions> sources = new ArrayList<>();
        sources.add(XmlDefinitions.read(xml));
        sources.addAll(named(base).sources);
        return new Dialect(sources);
    }

    private static Definitions newerMessages() {
        try (InputStream in = Dialect.class.getResourceAsStream("newer.xml")) {
            return XmlDefinitions.read(in, "newer.xml");
        } catch (IOException e) {
            throw new IllegalStateException("newer.xml is missing in the program", e);
        }
    }

    /** The ids from {@link #DENSE} on, found when the first of them is asked for: noise asks for many that there are not. */
    private static final class Sparse {

        private final int[] ids;
        private final AtomicReferenceArray<MessageDefinition> definitions;

        Sparse(int[] ids) {
            this.ids = ids;
            this.definitions = new AtomicReferenceArray<>(ids.length);
        }
    }

    /** The message of an id, or null when the dialect does not know it. */
    public MessageDefinition find(int id) {
        if (id >= 0 && id < DENSE) {
            return remembered(dense, id, id);
        }
        if (sparse == null) {
            sparse = new Sparse(sources.stream().flatMapToInt(Definitions::ids).filter(known -> known >= DENSE).sorted().distinct().toArray());
        }
        int index = Arrays.binarySearch(sparse.ids, id);
        return index < 0 ? null : remembered(sparse.definitions, index, id);
    }

    private MessageDefinition remembered(AtomicReferenceArray<MessageDefinition> memory, int index, int id) {
        MessageDefinition known = memory.get(index);
        if (known == null) {
            MessageDefinition found = lookUp(id);
            // Two threads may look it up at the same time; both must get the same instance.
            memory.compareAndSet(index, null, found == null ? ABSENT : found);
            known = memory.get(index);
        }
        return known == ABSENT ? null : known;
    }

    private MessageDefinition lookUp(int id) {
        for (Definitions source : sources) {
            MessageDefinition found = source.byId(id);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /**
     * The message of a name such as {@code HEARTBEAT} or of a decimal id such as {@code 0}.
     *
     * @throws IllegalArgumentException when the dialect does not know it
     */
    public MessageDefinition get(String nameOrId) {
        MessageDefinition known = byName.get(nameOrId);
        if (known == null) {
            known = nameOrId.matches("[0-9]{1,8}") ? find(Integer.parseInt(nameOrId)) : lookUp(nameOrId);
            if (known == null) {
                throw new IllegalArgumentException("Unknown MAVLink message '" + nameOrId + "'");
            }
            byName.put(nameOrId, known);
        }
        return known;
    }

    private MessageDefinition lookUp(String name) {
        for (Definitions source : sources) {
            MessageDefinition found = source.byName(name);
            if (found != null) {
                return find(found.id());
            }
        }
        return null;
    }

    /**
     * A message of that name or id with all fields zero.
     *
     * @throws IllegalArgumentException when the dialect does not know it
     */
    public MavlinkMessage message(String nameOrId) {
        return MavlinkMessage.of(get(nameOrId));
    }

    /** The number behind an enumeration entry such as {@code MAV_CMD_COMPONENT_ARM_DISARM}, if the dialect knows it. */
    public OptionalLong entry(String enumeration, String entry) {
        for (Definitions source : sources) {
            OptionalLong value = source.entry(enumeration, entry);
            if (value.isPresent()) {
                return value;
            }
        }
        return OptionalLong.empty();
    }
}
