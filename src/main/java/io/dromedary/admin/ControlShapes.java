package io.dromedary.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the control of flows ("petals") and proxies answers, in the reference's fields. */
final class ControlShapes {

    private final List<FlowInfo> flows;
    private final FlowKeeper keeper;
    private final Proxies proxies;
    private final Predicate<FlowInfo> isOn;
    private final String version;

    /** @param isOn whether a flow is loaded and switched on */
    ControlShapes(List<FlowInfo> flows, FlowKeeper keeper, Proxies proxies, Predicate<FlowInfo> isOn, String version) {
        this.flows = flows;
        this.keeper = keeper;
        this.proxies = proxies;
        this.isOn = isOn;
        this.version = version;
    }

    /** What a petal's entry of the health message says, with the reason when it does not run. */
    List<Map<String, Object>> petals() {
        List<Map<String, Object>> petals = new ArrayList<>();
        for (FlowInfo flow : flows) {
            String reason = reason(flow);
            Map<String, Object> petal = new LinkedHashMap<>();
            petal.put("name", flow.name());
            petal.put("status", reason == null ? "loaded" : reason.startsWith("needs") ? "failed" : "not_loaded");
            petal.put("version", reason == null ? version : null);
            petal.put("is_startup_petal", false);
            petal.put("load_time", null);
            petal.put("error", reason);
            petals.add(petal);
        }
        return petals;
    }

    private String reason(FlowInfo flow) {
        String held = keeper.held().get(flow.name());
        return held != null || keeper.isLoaded(flow) ? held : "not configured";
    }

    /** What is switched on, and what needs what. */
    Map<String, Object> status() {
        Map<String, Object> petalNeeds = new LinkedHashMap<>();
        flows.stream().filter(flow -> !flow.required().isEmpty()).forEach(flow -> petalNeeds.put(flow.name(), flow.required()));
        Map<String, Object> proxyNeeds = new LinkedHashMap<>();
        Stream.of(ProxyInfo.values()).filter(proxy -> !proxy.needs().isEmpty())
                .forEach(proxy -> proxyNeeds.put(proxy.key(), proxy.needs().stream().map(ProxyInfo::key).toList()));
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("enabled_proxies", proxies.enabled().stream().map(ProxyInfo::key).toList());
        status.put("enabled_petals", flows.stream().filter(isOn).map(FlowInfo::name).toList());
        status.put("petal_dependencies", petalNeeds);
        status.put("proxy_dependencies", proxyNeeds);
        return status;
    }

    /** All flows and proxies with their state. */
    Map<String, Object> components() {
        List<Map<String, Object>> petals = new ArrayList<>();
        for (FlowInfo flow : flows) {
            Map<String, Object> petal = component(flow.name(), isOn.test(flow), List.copyOf(flow.required()));
            petal.put("optional_dependencies", List.copyOf(flow.optional()));
            petal.put("title", flow.title());
            petal.put("reason", reason(flow));
            petals.add(petal);
        }
        List<Map<String, Object>> all = new ArrayList<>();
        Stream.of(ProxyInfo.values()).sorted(Comparator.comparing(ProxyInfo::key)).forEach(proxy -> {
            Map<String, Object> entry = component(proxy.key(), proxies.isEnabled(proxy), proxy.needs().stream().map(ProxyInfo::key).toList());
            List<String> dependents = new ArrayList<>();
            flows.stream().filter(flow -> flow.required().contains(proxy.key())).forEach(flow -> dependents.add("petal:" + flow.name()));
            Stream.of(ProxyInfo.values()).filter(other -> other.needs().contains(proxy)).forEach(other -> dependents.add("proxy:" + other.key()));
            entry.put("dependents", dependents);
            entry.put("configured", proxies.isPresent(proxy));
            all.add(entry);
        });
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("petals", petals);
        list.put("proxies", all);
        list.put("total_petals", petals.size());
        list.put("total_proxies", all.size());
        return list;
    }

    private static Map<String, Object> component(String name, boolean enabled, List<String> needs) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        entry.put("enabled", enabled);
        entry.put("dependencies", needs);
        return entry;
    }
}
