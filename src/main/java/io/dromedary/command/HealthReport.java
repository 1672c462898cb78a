package io.dromedary.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;

/** What the health checks say, as a map for a reply: the overall state and every check that is not up. */
public class HealthReport {

    /** Runs all checks once. */
    public Map<String, Object> report(CamelContext context) {
        Collection<HealthCheck.Result> results = HealthCheckHelper.invoke(context);
        List<Map<String, Object>> down = new ArrayList<>();
        for (HealthCheck.Result result : results) {
            if (result.getState() != HealthCheck.State.UP) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("check", result.getCheck().getId());
                entry.put("state", result.getState().name());
                entry.put("reason", result.getMessage().orElse(null));
                down.add(entry);
            }
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("health", down.isEmpty() ? "UP" : "DOWN");
        report.put("checks", results.size());
        report.put("down", down);
        return report;
    }
}
