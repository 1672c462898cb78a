package io.dromedary.routetest;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes results in the XML that build servers read. */
public final class JUnitReport {

    private static final double MILLIS = 1000.0;

    private JUnitReport() {
    }

    /** Writes one suite per test file. */
    public static void write(List<TestResult> results, Path target) throws IOException {
        Map<String, List<TestResult>> groups = results.stream()
                .collect(Collectors.groupingBy(TestResult::group, LinkedHashMap::new, Collectors.toList()));
        if (target.toAbsolutePath().getParent() != null) {
            Files.createDirectories(target.toAbsolutePath().getParent());
        }
        try (Writer out = Files.newBufferedWriter(target)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (Map.Entry<String, List<TestResult>> group : groups.entrySet()) {
                suite(xml, group.getKey(), group.getValue());
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException(target + ": " + e.getMessage(), e);
        }
    }

    private static void suite(XMLStreamWriter xml, String name, List<TestResult> results) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", name);
        xml.writeAttribute("tests", Integer.toString(results.size()));
        xml.writeAttribute("failures", Long.toString(results.stream().filter(result -> !result.passed()).count()));
        xml.writeAttribute("errors", "0");
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("time", Double.toString(results.stream().mapToLong(TestResult::millis).sum() / MILLIS));
        for (TestResult result : results) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", name);
            xml.writeAttribute("name", result.name());
            xml.writeAttribute("time", Double.toString(result.millis() / MILLIS));
            if (!result.passed()) {
                xml.writeStartElement("failure");
                xml.writeAttribute("message", legal(result.failures().get(0)));
                xml.writeCharacters(legal(String.join("\n", result.failures())));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    /** XML 1.0 has no place for most control characters. */
    private static String legal(String text) {
        return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    }
}
