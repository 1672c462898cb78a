package io.dromedary.mqtt;

/** Knows, if a bean of this type is in the registry, who else takes messages of a shared subscription. */
public interface Sharing {

    /** Whether others would get them if we took none any more. */
    boolean othersRemain();
}
