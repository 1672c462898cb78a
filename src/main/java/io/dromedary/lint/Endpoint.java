package io.dromedary.lint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An endpoint as it is written in a route.
 *
 * @param uri        as written
 * @param uriNode    where it is written
 * @param parameters the map of options, or missing
 * @param consumer   whether a route begins there
 * @param dynamic    whether the uri is put together when a message comes
 */
record Endpoint(String uri, YamlNode uriNode, YamlNode parameters, boolean consumer, boolean dynamic) {

    static List<Endpoint> of(RouteModel route) {
        List<Endpoint> endpoints = new ArrayList<>();
        if (!route.uri().isEmpty()) {
            YamlNode node = route.from().isScalar() ? route.from() : route.from().get("uri");
            endpoints.add(new Endpoint(route.uri(), node, route.from().get("parameters"), true, false));
        }
        endpoints.addAll(of(route.steps()));
        return endpoints;
    }

    static List<Endpoint> of(List<RouteModel.Step> steps) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (RouteModel.Step step : steps) {
            if (!step.uri().text().isEmpty() && !step.name().equals("onException")) {
                endpoints.add(new Endpoint(step.uri().text(), step.uri(), step.value().get("parameters"), step.name().startsWith("poll"),
                        step.uri().text().contains("${")));
            }
        }
        return endpoints;
    }

    /** Without options. */
    String plain() {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }

    String scheme() {
        int colon = plain().indexOf(':');
        return colon < 0 ? plain() : plain().substring(0, colon);
    }

    /** What stands behind the scheme, without slashes before it. */
    String path() {
        int colon = plain().indexOf(':');
        return colon < 0 ? "" : plain().substring(colon + 1).replaceFirst("^//", "");
    }

    /** Options behind a question mark. */
    Map<String, String> inUri() {
        Map<String, String> options = new LinkedHashMap<>();
        int question = uri.indexOf('?');
        if (question >= 0) {
            for (String option : uri.substring(question + 1).split("&")) {
                int equals = option.indexOf('=');
                options.put(equals < 0 ? option : option.substring(0, equals), equals < 0 ? "" : option.substring(equals + 1));
            }
        }
        return options;
    }

    /** All options. */
    Map<String, String> options() {
        Map<String, String> options = inUri();
        parameters.entries().forEach(entry -> options.put(entry.key(), entry.value().text()));
        return options;
    }

    /** Where an option is written. */
    int lineOf(String option) {
        return parameters.get(option).exists() ? parameters.lineOf(option) : uriNode.line();
    }
}
