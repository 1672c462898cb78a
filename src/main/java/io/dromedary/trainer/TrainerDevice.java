package io.dromedary.trainer;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** This device as the trainer's clients see it: its name, its configuration and what it is doing. The bean {@code trainerDevice}. */
public class TrainerDevice {

    public static final int IDLE = 0;
    public static final int ACQUIRING = 100;

    private final AtomicLong lastIndex = new AtomicLong();
    private Clock clock = Clock.systemUTC();
    private String identifier = "autotrainer-device";
    private String version = "0.9.7";
    private String deviceId = "000000";
    private String configurationLocation = "";
    private String dataLocation = "";
    private String animalLocation = "";
    private String logLocation = "";
    private String inferenceModel = "";
    private volatile String animalId = "";
    private volatile int trainingMode = 100;
    private volatile int appStatus = IDLE;

    /** The body of a heartbeat: who, which version, and when, in seconds since 1970. */
    public Map<String, Object> heartbeat() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("identifier", identifier);
        body.put("version", version);
        body.put("timestamp", seconds());
        return body;
    }

    /**
     * The body of an event.
     *
     * @param kind its number
     * @param context what belongs to it, or null
     */
    public Map<String, Object> event(int kind, Object context) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", kind);
        body.put("when", seconds());
        body.put("index", index());
        body.put("context", context);
        return body;
    }

    /** Nanoseconds that only grow, also when two calls meet in one. */
    private long index() {
        return lastIndex.updateAndGet(last -> Math.max(last + 1, System.nanoTime()));
    }

    private double seconds() {
        Instant now = clock.instant();
        return (now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000) / 1e6;
    }

    /** What GET_CONFIGURATION answers. */
    public Map<String, Object> configuration() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("device_id", deviceId);
        data.put("configuration_location", configurationLocation);
        data.put("data_location", dataLocation);
        data.put("animal_location", animalLocation);
        data.put("log_location", logLocation);
        data.put("inference_model", inferenceModel);
        return data;
    }

    /** What GET_STATUS answers. */
    public Map<String, Object> status() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("app_status", appStatus);
        data.put("training_mode", trainingMode);
        data.put("animal_id", animalId);
        return data;
    }

    /** Says what the device is doing from now on: 0 idle, 100 acquiring, 200 and 300 calibrating. */
    public void become(int status) {
        appStatus = status;
    }

    public void setClock(Clock clock) {
        this.clock = clock;
    }

    public void setIdentifier(String identifier) {
        this.identifier = identifier;
    }

    public void setVersion(String version) {
        this.version = version;
    }

    public void setDeviceId(String deviceId) {
        this.deviceId = deviceId;
    }

    public void setConfigurationLocation(String configurationLocation) {
        this.configurationLocation = configurationLocation;
    }

    public void setDataLocation(String dataLocation) {
        this.dataLocation = dataLocation;
    }

    public void setAnimalLocation(String animalLocation) {
        this.animalLocation = animalLocation;
    }

    public void setLogLocation(String logLocation) {
        this.logLocation = logLocation;
    }

    public void setInferenceModel(String inferenceModel) {
        this.inferenceModel = inferenceModel;
    }

    public void setAnimalId(String animalId) {
        this.animalId = animalId;
    }

    public void setTrainingMode(int trainingMode) {
        this.trainingMode = trainingMode;
    }
}
