package io.dromedary.admin;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.mavlink.Vehicle;
import org.apache.camel.util.TimeUtils;

/** Health in the shapes of the reference, with honest values: green means that a probe worked. */
final class HealthShapes {

    private static final double DEFAULT_POLL_SECONDS = 5;

    private final Proxies proxies;
    private final Map<String, String> settings;
    private final OrganizationFile organization;

    /**
     * Shapes of one application.
     *
     * @param settings     organization, machine, device-topic, organization-file, organization-poll, version; any may be empty
     * @param organization null when no file is watched
     */
    HealthShapes(Proxies proxies, Map<String, String> settings, OrganizationFile organization) {
        this.organization = organization;
        this.proxies = proxies;
        this.settings = settings;
    }

    private String setting(String name) {
        return settings.getOrDefault(name, "");
    }

    private static double now() {
        return System.currentTimeMillis() / 1000.0;
    }

    private static Map<String, Object> map(Object... entries) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], entries[i + 1]);
        }
        return map;
    }

    /** {@code /health/organization}. */
    Map<String, Object> organization() {
        return map("status", "ok", "timestamp", now(), "organization_manager", manager(), "error", null);
    }

    private boolean hasOrganization() {
        return !setting("organization").isEmpty();
    }

    private Map<String, Object> manager() {
        String file = setting("organization-file");
        OrganizationFile.Facts facts = organization == null ? new OrganizationFile.Facts(setting("organization"), null, null) : organization.facts();
        boolean known = !facts.organization().isEmpty();
        String message = !known ? "No organization is configured" : organization == null ? null : organization.problem();
        return map("status", message == null ? "healthy" : "warning", "file_path", file.isEmpty() ? null : file,
                "file_exists", !file.isEmpty() && Files.exists(Path.of(file)),
                "organization_info", map("organization_id", known ? facts.organization() : null, "thing_name", facts.thing(),
                        "retrieved_at", facts.retrieved(), "last_updated", organization == null ? null : organization.updated().map(Instant::toString).orElse(null)),
                "monitoring", map("running", organization != null, "poll_interval", pollSeconds()),
                "error", null, "details", null, "message", message);
    }

    private double pollSeconds() {
        return setting("organization-poll").isEmpty() ? DEFAULT_POLL_SECONDS : TimeUtils.toMilliSeconds(setting("organization-poll")) / 1000.0;
    }

    /** {@code /health/detailed}. */
    Map<String, Object> detailed(Map<ProxyInfo, HealthBoard.Finding> findings) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (ProxyInfo proxy : List.of(ProxyInfo.REDIS, ProxyInfo.DB, ProxyInfo.EXT_MAVLINK, ProxyInfo.CLOUD, ProxyInfo.BUCKET, ProxyInfo.MQTT)) {
            if (findings.containsKey(proxy)) {
                all.put(proxy.key(), detail(proxy, findings.get(proxy)));
            }
        }
        boolean well = hasOrganization() && HealthBoard.overall(List.copyOf(findings.values())).equals("healthy");
        return map("status", well ? "healthy" : "unhealthy", "timestamp", now(), "organization_manager", manager(), "proxies", all, "message", null);
    }

    private Map<String, Object> detail(ProxyInfo proxy, HealthBoard.Finding finding) {
        Map<String, Object> detail = map("status", finding.status());
        detail.putAll(switch (proxy) {
            case REDIS -> redis(finding.isHealthy());
            case DB -> db(finding.isHealthy());
            case CLOUD -> cloud(finding);
            case BUCKET -> bucket(finding);
            case MQTT -> mqtt(finding.isHealthy());
            default -> vehicle();
        });
        detail.put("error", finding.error());
        detail.put("details", null);
        return detail;
    }

    private Map<String, Object> redis(boolean up) {
        var settings = proxies.redis().settings();
        Object applications = up ? proxies.redis().listOnlineApplications(Map.of()).get("data") : List.of();
        return map("connection", map("host", settings.host(), "port", settings.port(), "db", settings.database(), "connected", up),
                "communication", map("app_id", "dromedary-" + setting("machine"), "listening", up, "active_handlers", 0, "active_subscriptions", 0,
                        "online_applications", applications, "online_applications_error", null));
    }

    private Map<String, Object> db(boolean up) {
        String address = proxies.db().address();
        URI web = address.startsWith("http") ? URI.create(address) : null;
        return map("connection", map("host", web == null ? address : web.getHost(), "port", web == null ? null : web.getPort(), "connected", up),
                "machine_info", map("machine_id", setting("machine"), "organization_id", hasOrganization() ? setting("organization") : null, "robot_type_id", null),
                "test_response", null);
    }

    private Map<String, Object> cloud(HealthBoard.Finding finding) {
        boolean up = finding.isHealthy();
        return map("connection", map("endpoint", proxies.cloud().address().replaceFirst("//[^/]*@", "//").replaceFirst("\\?.*", ""), "connected", up),
                "authentication", map("credentials_cached", up, "credentials_expire_time", null),
                "machine_info", map("machine_id", setting("machine")),
                "api_test", map("connectivity", up ? "ok" : "error", "can_make_requests", up, "error", finding.error()),
                "offline_queue", map("waiting", proxies.cloud().waiting(), "conflicts", proxies.cloud().conflicts()));
    }

    private Map<String, Object> bucket(HealthBoard.Finding finding) {
        boolean up = finding.isHealthy();
        boolean slow = !up && finding.error().startsWith("no answer in");
        return map("connection", map("bucket_name", proxies.bucket().bucket(), "connected", up),
                "authentication", map("credentials_cached", up, "credentials_expire_time", null),
                "configuration", map("upload_prefix", "flight_logs/", "allowed_extensions", proxies.bucket().allowedExtensions(), "request_timeout", 30.0),
                "s3_test", map("connectivity", up ? "ok" : slow ? "timeout" : "error", "can_access_bucket", up, "bucket_accessible", up, "error", finding.error()));
    }

    /** {@code /mqtt/status}. */
    Map<String, Object> mqttStatus(HealthBoard.Finding finding) {
        Map<String, Object> status = map("status", finding == null ? "unhealthy" : finding.status());
        status.putAll(mqtt(finding != null && finding.isHealthy()));
        return status;
    }

    private Map<String, Object> mqtt(boolean up) {
        String base = setting("device-topic");
        List<String> topics = Arrays.stream(setting("topics").split(",")).filter(topic -> !topic.isEmpty()).map(topic -> base + topic).toList();
        Map<String, Object> handlers = new LinkedHashMap<>();
        if (up && !topics.isEmpty()) {
            handlers.put(topics.get(0), 1);
        }
        return map("connection", map("ts_client", up, "callback_router", true, "connected", up),
                "configuration", map("ts_client_host", setting("ts-client-host"), "ts_client_port", number("ts-client-port"),
                        "callback_host", setting("callback-host"), "callback_port", number("callback-port"), "enable_callbacks", true),
                "subscriptions", map("topics", up ? topics : List.of(), "handlers", handlers),
                "device_info", map("organization_id", hasOrganization() ? setting("organization") : null, "robot_instance_id", setting("machine")));
    }

    private Object number(String name) {
        return setting(name).isEmpty() ? null : Integer.valueOf(setting(name));
    }

    private Map<String, Object> vehicle() {
        Vehicle vehicle;
        try {
            vehicle = proxies.vehicle();
        } catch (Exception e) {
            vehicle = null; // the finding says why
        }
        boolean up = vehicle != null && vehicle.present();
        Double silent = vehicle == null ? null : Proxies.secondsSince(vehicle);
        return map("connection", map("endpoint", setting("mavlink"), "baud", number("baud"), "connected", up),
                "px4_heartbeat", map("connected", up, "last_received", silent == null ? null : now() - silent, "seconds_since_last", silent, "timeout_threshold", 10.0),
                "leaf_fc_heartbeat", map("connected", false, "last_received", null, "seconds_since_last", null, "timeout_threshold", 5.0),
                "worker_thread", map("io_thread_send_running", up, "io_thread_recv_running", up, "io_thread_send_alive", up, "io_thread_recv_alive", up),
                "mavlink_info", vehicle == null ? null : map("target_system", vehicle.systemId(), "target_component", vehicle.componentId(),
                        "source_system", number("mavlink-system"), "source_component", number("mavlink-component")),
                "parser", vehicle == null ? null : map("available", true, "system_id", number("mavlink-system")),
                "monitoring", map("connection_monitor_active", true, "heartbeat_task_active", true));
    }

    /** {@code /health/overview} and the message on Redis. */
    Map<String, Object> overview(Map<ProxyInfo, HealthBoard.Finding> findings, List<Map<String, Object>> petals) {
        String stamp = LocalDateTime.now().truncatedTo(ChronoUnit.MICROS).toString();
        List<Map<String, Object>> services = new ArrayList<>();
        services.add(service("Organization Manager", "organization_manager", hasOrganization(),
                hasOrganization() ? "Organization management operational" : "Organization manager status: warning", stamp));
        findings.forEach((proxy, finding) -> services.add(service(proxy.title(), proxy.key(), finding.isHealthy(),
                finding.isHealthy() ? proxy.healthy() : "Error: " + finding.error(), stamp)));
        boolean well = services.stream().allMatch(service -> service.get("status").equals("healthy"));
        return map("title", "Petal App Manager", "component_name", "petal_app_manager", "status", well ? "healthy" : "unhealthy",
                "version", setting("version"), "petal_versions", versions(petals), "message", well ? "Good conditions" : "Some issues detected",
                "timestamp", stamp, "services", services, "petals", petals);
    }

    private Map<String, Object> versions(List<Map<String, Object>> petals) {
        Map<String, Object> versions = new LinkedHashMap<>();
        for (String petal : List.of("petal_leafsdk", "petal_flight_log", "petal_warehouse", "petal_user_journey_coordinator", "petal_qgc_mission_server")) {
            boolean here = petals.stream().anyMatch(entry -> String.valueOf(entry.get("name")).replace('-', '_').equals(petal));
            versions.put(petal, here ? setting("version") : "not installed");
        }
        return versions;
    }

    private static Map<String, Object> service(String title, String name, boolean healthy, String message, String stamp) {
        return map("title", title, "component_name", name, "status", healthy ? "healthy" : "unhealthy", "message", message, "timestamp", stamp);
    }
}
