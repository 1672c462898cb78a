package io.dromedary.flightlog;

import static io.dromedary.flightlog.FlightRows.map;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** What goes when records are deleted or the card is cleared, and why something stays. The bean {@code flightDeletions}. */
public class FlightDeletions {

    private static final String LOCAL = "local";

    /**
     * Removes the local copy of a log or bag, if it is a local one and there.
     *
     * @param kind the ending that its name must have, so that a wrong row cannot remove anything else
     */
    public void removeLocal(Map<?, ?> file, String kind) throws IOException {
        if (LOCAL.equals(file.get("storage_type")) && file.get("file_path") != null) {
            String path = file.get("file_path").toString();
            if (!path.toLowerCase(Locale.ROOT).endsWith(kind)) {
                throw new IOException("'" + path + "' does not end in " + kind + " and stays");
            }
            Files.deleteIfExists(Path.of(path));
        }
    }

    /** The metadata of a bulk job. */
    public Map<String, Object> bulkPlan(Map<?, ?> payload, Object messageId) {
        Collection<?> ids = (Collection<?>) payload.get("flight_record_ids");
        return map("flight_record_ids", ids, "total_requested", ids.size(), "requested_by", messageId);
    }

    /** The metadata of a clear-all job. */
    public Map<String, Object> clearPlan(Map<?, ?> payload, Object messageId) {
        return map("base", payload.get("base"), "requested_by", messageId);
    }

    /** Why a record of a bulk job stays. */
    public String bulkReason(Exception failure, String id) {
        String text = String.valueOf(failure.getMessage());
        if (text.equals("Flight record " + id + " not found")) {
            return "Record not found";
        }
        return text.replace("Failed to retrieve flight record " + id + ": ", "Failed to retrieve: ");
    }

    /** Why a cloud row stays. */
    public String cloudDeleteFailure(String id, Map<?, ?> answer, Object bulk) {
        return (bulk == null ? "Failed to delete flight record " + id + ": " : "Cloud DB delete failed: ") + answer.get("error");
    }

    /** Ends the interruption that a cancelled job's thread still carries, so that its cleaning up is not cut short. */
    public void calm() {
        Thread.interrupted();
    }
}
