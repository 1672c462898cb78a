package io.dromedary.lint;

import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Findings in SARIF 2.1.0, the form in which code hosts and editors show them beside the line. */
public final class Sarif {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Sarif() {
    }

    /** One run with all rules and these results. */
    public static ObjectNode of(List<Finding> findings) {
        ObjectNode log = JSON.createObjectNode();
        log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json").put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver").put("name", "dromedary lint");
        ArrayNode rules = driver.putArray("rules");
        Linter.rules().forEach((id, about) -> rules.addObject().put("id", id).putObject("shortDescription").put("text", about));
        ArrayNode results = run.putArray("results");
        for (Finding finding : findings) {
            ObjectNode result = results.addObject().put("ruleId", finding.rule()).put("level", finding.error() ? "error" : "note");
            result.putObject("message").put("text", finding.message() + " – " + finding.remedy());
            ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
            place.putObject("artifactLocation").put("uri", finding.file().toString().replace('\\', '/'));
            place.putObject("region").put("startLine", finding.line());
        }
        return log;
    }
}
