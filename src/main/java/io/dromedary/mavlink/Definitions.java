package io.dromedary.mavlink;

import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A source of message definitions. */
interface Definitions {

    /** The message of an id, or null. */
    MessageDefinition byId(int id);

    /** The ids of all messages here. */
    IntStream ids();

    /** The message of a name, or null. */
    MessageDefinition byName(String name);

    /** The number behind an entry of an enumeration. */
    OptionalLong entry(String enumeration, String entry);
}
