package io.dromedary.bucket;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.UUID;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;

/** Names of objects: the automatic layout of the reference, and what no name may hold. */
final class ObjectKeys {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);
    /** S3's own limit. */
    private static final int MAX_BYTES = 1024;

    private final String machineId;
    private final Clock clock;

    ObjectKeys(String machineId, Clock clock) {
        this.machineId = machineId;
        this.clock = clock;
    }

    /** What all automatic names begin with. */
    String prefix() {
        return machineId + "/";
    }

    /** {@code machine/flight-logs/time_uuid_name}. */
    String automatic(String filename) {
        return prefix() + "flight-logs/" + STAMP.format(clock.instant()) + "_" + UUID.randomUUID() + "_" + plainName(filename);
    }

    /** Where the reference says that an object is, whatever store holds it; not encoded. */
    static String address(String bucket, String key) {
        return "https://" + bucket + ".s3.amazonaws.com/" + key;
    }

    /** A name without folders. */
    static String plainName(String filename) {
        if (filename.contains("/") || filename.contains("\\")) {
            throw new BadParameter("custom_filename " + Parameters.shown(filename) + " must be a name without folders");
        }
        return checked("custom_filename", filename);
    }

    /** Refuses a key that a file system or a proxy on the way might read as another one. */
    static String checked(String parameter, String key) {
        boolean climbs = Arrays.stream(key.split("[/\\\\]", -1)).anyMatch(part -> part.equals("..") || part.equals("."));
        if (climbs || key.startsWith("/") || key.isEmpty() || key.chars().anyMatch(Character::isISOControl)) {
            throw new BadParameter("Invalid " + parameter + " " + Parameters.shown(key)
                    + ": it must not begin with a slash nor hold '.', '..' as a part or control characters");
        }
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new BadParameter("Invalid " + parameter + ": it has more than " + MAX_BYTES + " bytes");
        }
        return key;
    }
}
