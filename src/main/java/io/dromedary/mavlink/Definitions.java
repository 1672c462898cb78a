package io.dromedary.mavlink;

import java.util.OptionalLong;

/** A source of message definitions. */
interface Definitions {

    /** The message of an id, or null. */
    MessageDefinition byId(int id);

    /** The message of a name, or null. */
    MessageDefinition byName(String name);

    /** The number behind an entry of an enumeration. */
    OptionalLong entry(String enumeration, String entry);
}
