package io.dromedary.propeller;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.dromedary.mqtt.MqttRefusal;
import io.dromedary.oci.OciException;

/** Why a request was refused or a transfer failed, as it is told to the requester. */
public final class Failure {

    static final String STOPPING = "the proxy is stopping; ask again later";
    private static final int MAX_SHOWN = 200;

    private final Transfer transfer;
    private final String appName;
    private final String code;
    private final String message;

    private Failure(Transfer transfer, String appName, String code, String message) {
        this.transfer = transfer;
        this.appName = appName;
        this.code = code;
        this.message = message;
    }

    /** A request refused by its looks. */
    static final class Refused extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final String appName;

        Refused(String message, String appName) {
            super(message);
            this.appName = appName;
        }
    }

    /** Describes an exception; what is not known is not told to others. */
    static Failure of(Throwable thrown, Transfer transfer, String appName) {
        if (transfer != null && transfer.isCancelled()) {
            return new Failure(transfer, appName, OciException.Kind.CLOSED.name(), STOPPING);
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OciException known) {
                return new Failure(transfer, appName, known.kind().name(), known.getMessage());
            }
            if (cause instanceof Refused refused) {
                return new Failure(transfer, refused.appName, "INVALID_REQUEST", refused.getMessage());
            }
        }
        if (thrown instanceof IllegalStateException && transfer == null) {
            return new Failure(null, appName, "BUSY", "too many requests are waiting; ask again later");
        }
        Optional<String> refusal = MqttRefusal.in(thrown);
        if (refusal.isPresent()) {
            return new Failure(transfer, appName, "BROKER_REFUSED", "the broker refuses the chunks: " + refusal.get());
        }
        if (thrown instanceof IOException || thrown instanceof IllegalStateException) {
            return new Failure(transfer, appName, "BROKER_UNAVAILABLE", "the broker does not take the chunks");
        }
        return new Failure(transfer, appName, "INTERNAL_ERROR", "the proxy failed");
    }

    /** The transfer that failed, or null if it never began. */
    public Transfer getTransfer() {
        return transfer;
    }

    /** Stable error code. */
    public String getCode() {
        return code;
    }

    /** One sentence. */
    public String getMessage() {
        return message;
    }

    /** The reference asked for, fit for one line of a log. */
    public String getShownName() {
        if (appName == null) {
            return "(no app_name)";
        }
        String shown = appName.replaceAll("\\p{Cntrl}", "?");
        return shown.length() > MAX_SHOWN ? shown.substring(0, MAX_SHOWN) + "…" : shown;
    }

    /** The failure message as keys and values, in the order of the message. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("app_name", appName);
        map.put("error_code", code);
        map.put("message", message);
        map.put("chunks_sent", transfer == null ? 0 : transfer.getChunksSent());
        map.put("total_chunks", transfer == null ? 0 : transfer.getTotalChunks());
        return map;
    }
}
