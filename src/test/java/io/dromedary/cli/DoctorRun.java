package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine;

/** One run of {@code doctor} with a given environment. */
record DoctorRun(int exit, String out, String err) {

    static DoctorRun with(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = new CommandLine(new DoctorCommand(new Settings(environment))).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments);
        return new DoctorRun(exit, out.toString(), err.toString());
    }

    List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }
}
