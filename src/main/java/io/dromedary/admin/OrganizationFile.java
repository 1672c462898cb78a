package io.dromedary.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that names the organization, looked at again and again. It is plain text, or the provisioning JSON of the reference. What
 * it said last holds while it is away or cannot be understood.
 */
public final class OrganizationFile {

    private static final Logger LOG = LoggerFactory.getLogger(OrganizationFile.class);
    private static final int MAX_BYTES = 1 << 20;
    private static final String[] PATHS = {"/thing/lastReported/organizationId", "/shadow/state/reported/organizationId",
            "/shadow/state/desired/organizationId"};

    /**
     * What the file says.
     *
     * @param organization empty when it names none
     * @param thing        name of the provisioned thing, or null
     * @param retrieved    when it was provisioned, or null
     */
    public record Facts(String organization, String thing, String retrieved) {
    }

    private final Path file;
    private final String running;
    private Facts facts;
    private Instant updated;
    private String problem;

    /** @param running the organization whose topics this application uses until it ends */
    OrganizationFile(Path file, String running) {
        this.file = file;
        this.running = running;
        this.facts = new Facts(running, null, null);
    }

    /**
     * Reads a file, of which more than 1 MiB is not looked at.
     *
     * @throws IOException if it cannot be read, or begins like JSON and is none
     */
    public static Facts read(Path file) throws IOException {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).trim();
        }
        if (!text.startsWith("{")) {
            return new Facts(text, null, null);
        }
        JsonNode document = new ObjectMapper().readTree(text);
        String organization = Stream.of(PATHS).map(document::at).filter(JsonNode::isTextual).map(JsonNode::asText).findFirst().orElse("");
        return new Facts(organization.trim(), document.at("/thing/thingName").asText(null), document.at("/thing/retrievedAt").asText(null));
    }

    /** Looks whether it has changed, and says so once. */
    synchronized void look() {
        try {
            Facts now = read(file);
            problem = now.organization().isEmpty() ? "The file names no organization; the last one is kept" : null;
            if (problem == null && (updated == null || !now.equals(facts))) {
                boolean another = !now.organization().equals(facts.organization());
                facts = now;
                updated = Instant.now();
                if (another) {
                    LOG.warn("The organization is {} now; topics stay those of {} until a restart", now.organization(), running.isEmpty() ? "none" : running);
                }
            }
        } catch (IOException e) {
            String text = Files.exists(file) ? "The file cannot be understood; what it said last is kept" : "The file is gone; what it said last is kept";
            if (!text.equals(problem)) {
                LOG.warn("{}: {}", file, text);
            }
            problem = text;
        }
    }

    synchronized Facts facts() {
        return facts;
    }

    /** When its content was last taken over. */
    synchronized Optional<Instant> updated() {
        return Optional.ofNullable(updated);
    }

    /** What somebody should do about it, or null. */
    synchronized String problem() {
        return problem == null && !facts.organization().equals(running) ? "A restart is needed: topics are still those of "
                + (running.isEmpty() ? "no organization" : running) : problem;
    }
}
