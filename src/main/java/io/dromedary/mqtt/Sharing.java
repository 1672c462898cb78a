package io.dromedary.mqtt;

import java.util.Optional;

/** Knows, if a bean of this type is in the registry, who else takes messages of a shared subscription. */
public interface Sharing {

    /** Whether others would get them if we took none any more. */
    boolean othersRemain();

    /**
     * The client id of the one producer of this process with a configured client id, if the others must know it; it can be of one process only.
     */
    default Optional<String> publisherId(String configured) {
        return Optional.empty();
    }
}
