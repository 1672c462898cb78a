package io.dromedary.karaf;

import java.io.File;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Configuration files turned into what the application takes. The keys of {@code dromedary.cfg} and of every {@code
 * dromedary-<flow>.cfg} are property names as in {@code application.properties}; they win over the environment. A flow's file
 * switches it on.
 *
 * @param environment by the names of environment variables
 * @param properties  the same by the names of properties
 */
record BundleSettings(Map<String, String> environment, Properties properties) {

    private static final String FLOW = "flow";
    private static final String ENABLED = "enabled";

    /**
     * Reads the configurations.
     *
     * @param files       key and value of each file; a flow's file has the key {@code flow}
     * @param environment the environment of the process
     * @param etc         Karaf's folder {@code etc}
     * @param data        Karaf's folder {@code data}
     */
    static BundleSettings of(Collection<Map<String, String>> files, Map<String, String> environment, File etc, File data) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("DROMEDARY_DATA_DIR", new File(data, "dromedary").getPath());
        all.putIfAbsent("DROMEDARY_ROUTES_DIR", new File(etc, "dromedary/routes").getPath());
        Properties properties = new Properties();
        List<String> flows = new ArrayList<>();
        for (Map<String, String> file : files) {
            String flow = file.get(FLOW);
            if (flow != null && !Boolean.parseBoolean(file.getOrDefault(ENABLED, "true"))) {
                continue;
            }
            if (flow != null) {
                flows.add(flow);
            }
            file.forEach((key, value) -> {
                if (key.contains(".") && !key.startsWith("service.") && !key.startsWith("felix.")) {
                    properties.setProperty(key, value);
                    all.put(variable(key), value);
                }
            });
        }
        all.put("DROMEDARY_FLOWS", String.join(",", flows));
        return new BundleSettings(all, properties);
    }

    /** {@code proxy.client-id} is {@code PROXY_CLIENT_ID}. */
    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
