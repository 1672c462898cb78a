package io.dromedary.flightlog;

import java.nio.file.Path;
import java.util.Map;

/** Where the files of a record are: keys in the bucket, names in the local directory of logs. */
public final class StorageKeys {

    private static final String DELETED = "deleted/";

    private StorageKeys() {
    }

    /** {@code <robot>/<record>/ulog|rosbag/<file name>}. */
    public static String key(Map<?, ?> record, String part) {
        Map<?, ?> file = (Map<?, ?>) record.get(part);
        return record.get("robot_instance_id") + "/" + record.get("id") + "/" + part + "/" + file.get("file_name");
    }

    /** Where an object is kept after its record was deleted. */
    public static String deleted(String key) {
        return DELETED + key;
    }

    /**
     * Where a log of the autopilot is downloaded to.
     *
     * @throws IllegalArgumentException when its name would lead out of the directory
     */
    public static String download(String directory, Map<?, ?> ulog) {
        Object ground = ulog.get("qgc_name");
        String name = ground == null || ground.toString().isEmpty() ? "log_" + ulog.get("file_name") : ground.toString();
        if (name.contains("/") || name.contains("\\") || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("'" + name + "' is no file name");
        }
        return Path.of(directory).resolve(name).toString();
    }
}
