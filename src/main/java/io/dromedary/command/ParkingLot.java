package io.dromedary.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages that got no answer, each as one line of JSON with its edge and reason, in {@code parked.jsonl} and, once
 * that is full, {@code parked.1.jsonl}: at most twice {@link #setMaxFileBytes}, the newest. The bean {@code parkingLot}.
 */
public class ParkingLot {

    private static final Logger LOG = LoggerFactory.getLogger(ParkingLot.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Counted only: they are somebody else's, or were kept the first time. */
    private static final Set<String> NOT_KEPT = Set.of(ErrorCodes.DUPLICATE, ErrorCodes.NOT_FOR_US);
    private static final int MAX_BODY_CHARS = 64 << 10;

    private EdgeAccounts accounts;
    private Path folder = Path.of(".");
    private long maxFileBytes = 8 << 20;

    public void setAccounts(EdgeAccounts accounts) {
        this.accounts = accounts;
    }

    /** Where the files are. */
    public void setFolder(String folder) {
        this.folder = Path.of(folder);
    }

    /** Bytes of one of the two files. */
    public void setMaxFileBytes(long maxFileBytes) {
        this.maxFileBytes = maxFileBytes;
    }

    /** Sets a message aside and counts it. A message that cannot be written is logged whole, so that it is not lost either. */
    public void park(Exchange exchange, String reason, String why) {
        try {
            keep(exchange, reason, why);
        } finally {
            // Afterwards, so that what is counted is there to be read.
            accounts.parked(exchange, reason);
        }
    }

    private void keep(Exchange exchange, String reason, String why) {
        if (NOT_KEPT.contains(reason)) {
            LOG.debug("Parked ({}): {}", reason, why);
            return;
        }
        LOG.info("Parked ({}): {}", reason, why);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.now().toString());
        line.put("reason", reason);
        line.put("why", why);
        line.put("messageId", exchange.getVariable(CommandState.MESSAGE_ID));
        line.put("command", exchange.getVariable(CommandState.COMMAND));
        line.put("body", body(exchange));
        try {
            append(JSON.writeValueAsBytes(line));
        } catch (IOException e) {
            LOG.error("Parked message could not be written to {} ({}): {}", folder, e.getMessage(), line);
        }
    }

    private static String body(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        String text = body instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : text(body);
        return text.length() <= MAX_BODY_CHARS ? text : text.substring(0, MAX_BODY_CHARS) + " … " + text.length() + " characters";
    }

    /** What was JSON is JSON again, so that it can be sent once more. */
    private static String text(Object body) {
        try {
            return body instanceof Map || body instanceof Collection ? JSON.writeValueAsString(body) : String.valueOf(body);
        } catch (JsonProcessingException e) {
            return String.valueOf(body);
        }
    }

    private synchronized void append(byte[] line) throws IOException {
        Path file = Files.createDirectories(folder).resolve("parked.jsonl");
        if (Files.exists(file) && Files.size(file) + line.length >= maxFileBytes) {
            Files.move(file, folder.resolve("parked.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
        }
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        Files.write(file, ended, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
