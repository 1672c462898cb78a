package io.dromedary.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;

/** One request to switch some petals or proxies, with the texts of the reference. */
final class ControlCall {

    private final String kind;
    private final String plural;
    private final Map<String, Object> body;

    ControlCall(String kind, Map<String, Object> body) {
        this.kind = kind;
        this.plural = kind.equals("proxy") ? "proxies" : "petals";
        this.body = body;
    }

    /** Why one of them is not switched. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Switches one and tells whether that changed anything. */
    interface Switch {
        boolean set(String name, boolean on) throws Refused;
    }

    /** Brings everything to the new state. */
    interface Apply {
        void run() throws Exception;
    }

    Map<String, Object> run(Switch one, Apply apply) throws Exception {
        try {
            new Parameters(body).only("petals", plural, "action");
        } catch (BadParameter e) {
            throw new HttpProblem(422, e.getMessage());
        }
        String action = String.valueOf(body.get("action")).toUpperCase(java.util.Locale.ROOT);
        if (!action.equals("ON") && !action.equals("OFF")) {
            throw new HttpProblem(400, "Action must be either 'ON' or 'OFF'");
        }
        // The reference calls the field "petals" for proxies too.
        Object listed = body.get("petals") != null ? body.get("petals") : body.get(plural);
        if (listed == null || listed.equals(List.of())) {
            throw new HttpProblem(400, "At least one " + kind + " name must be provided");
        }
        if (!(listed instanceof List<?> names) || !names.stream().allMatch(String.class::isInstance)) {
            throw new HttpProblem(422, "petals must be a list of names");
        }
        List<String> results = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (Object name : names) {
            try {
                if (one.set(String.valueOf(name), action.equals("ON"))) {
                    results.add((action.equals("ON") ? "Enabled " : "Disabled ") + kind + ": " + name);
                }
            } catch (Refused e) {
                errors.add(e.getMessage());
            }
        }
        apply.run();
        return answer(action, names, results, errors);
    }

    private Map<String, Object> answer(String action, List<?> names, List<String> results, List<String> errors) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("success", errors.isEmpty());
        answer.put("action", action);
        answer.put("processed_" + plural, names);
        answer.put("results", results);
        answer.put("message", "Configuration updated. " + results.size() + " " + plural + " switched " + action.toLowerCase(java.util.Locale.ROOT) + " successfully.");
        if (!errors.isEmpty()) {
            answer.put("errors", errors);
            answer.put("partial_success", !results.isEmpty());
        }
        return answer;
    }

    static void refuseMissing(String name, String what, List<String> missing) throws Refused {
        if (!missing.isEmpty()) {
            throw new Refused("Cannot enable " + name + ": missing " + what + " " + quoted(missing) + ". Enable those proxies first.");
        }
    }

    static void refuseRequired(String name, List<String> petals, List<String> proxies) throws Refused {
        if (petals.isEmpty() && proxies.isEmpty()) {
            return;
        }
        String who = petals.isEmpty() ? "" : "petals " + quoted(petals);
        who += petals.isEmpty() || proxies.isEmpty() ? "" : " and ";
        who += proxies.isEmpty() ? "" : "proxies " + quoted(proxies);
        throw new Refused("Cannot disable " + name + ": required by " + who + ". Disable those first.");
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ", "[", "]"));
    }
}
