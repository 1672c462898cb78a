package io.dromedary.mavftp;

import java.time.Duration;

import io.dromedary.mavlink.MavlinkLinkConfiguration;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options of the {@code mavftp} component beside those of Camel's file components. Long because Camel's configurers need a field, a
 * getter and a setter for each.
 */
@UriParams
public class MavftpConfiguration extends MavlinkLinkConfiguration implements Cloneable {

    /**
     * The vehicle's system id; 0 for the first vehicle heard.
     */
    @UriParam(defaultValue = "0")
    private int targetSystem = 0;
    /**
     * The component whose files are meant: 1 is the autopilot, cameras have 100 and up, onboard computers 191 and up.
     */
    @UriParam(defaultValue = "1")
    private int targetComponent = 1;
    /**
     * How long to wait for a vehicle that was not heard yet.
     */
    @UriParam(defaultValue = "5000", javaType = "java.time.Duration")
    private long vehicleWait = 5000;
    /**
     * Silence of the vehicle after which a single request has failed.
     */
    @UriParam(defaultValue = "10000", javaType = "java.time.Duration")
    private long requestTimeout = 10000;
    /**
     * Time without a new byte after which a transfer has failed.
     */
    @UriParam(defaultValue = "30000", javaType = "java.time.Duration")
    private long stallTimeout = 30000;
    /**
     * Silence after which a checksum request has failed. PX4 needs seconds per 10 MB.
     */
    @UriParam(defaultValue = "120000", javaType = "java.time.Duration")
    private long checksumTimeout = 120000;
    /**
     * How files are read: single reads with many in flight (WINDOW), bursts (BURST), or what proves faster.
     */
    @UriParam(defaultValue = "AUTO", enums = "AUTO,WINDOW,BURST")
    private FtpOptions.Mode readMode = FtpOptions.Mode.AUTO;
    /**
     * Most read requests in flight. 4 for vehicles that queue few requests, such as ArduPilot on a slow link.
     */
    @UriParam(defaultValue = "512")
    private int maxWindow = 512;
    /**
     * Shortest time before a request is repeated. 200 for serial lines.
     */
    @UriParam(defaultValue = "20", javaType = "java.time.Duration")
    private long minRetry = 20;
    /**
     * Whether the vehicle's checksum of each transferred file is compared with ours, where the vehicle can.
     */
    @UriParam(defaultValue = "true")
    private boolean verify = true;
    /**
     * Whether an interrupted download is continued by the next one to the same target.
     */
    @UriParam(defaultValue = "true")
    private boolean resume = true;
    /**
     * Where files are kept while they are downloaded and used by a route. The default is a folder of the system's temporary
     * directory.
     */
    @UriParam
    private String workDirectory;
    /**
     * The path on the vehicle. The header CamelMavftpPath and the key path of a map body go before it.
     */
    @UriParam(label = "producer")
    private String path;
    /**
     * For get: the local file to write. For rename: the new path on the vehicle.
     */
    @UriParam(label = "producer")
    private String target;
    /**
     * For truncate: the new length in bytes.
     */
    @UriParam(label = "producer")
    private Long length;
    /**
     * For delete and delete-many of .ulg files: whether PX4's logger is stopped before and started after.
     */
    @UriParam(label = "producer", defaultValue = "true")
    private boolean stopLogger = true;
    /**
     * An endpoint, such as direct:progress, that gets the progress of a transfer as a map with path, done and total, with the
     * variables and headers of the exchange. Progress that comes while it is busy is dropped.
     */
    @UriParam(label = "producer")
    private String progressTo;
    /**
     * Shortest time between two progress messages.
     */
    @UriParam(label = "producer", defaultValue = "500", javaType = "java.time.Duration")
    private long progressInterval = 500;
    /**
     * Files younger than this are left for a later poll. The age is that of the last change, or, when the vehicle tells no
     * believable time, how long the size has stayed the same.
     */
    @UriParam(label = "consumer", defaultValue = "0", javaType = "java.time.Duration")
    private long minAge = 0;

    FtpOptions options() {
        return new FtpOptions(Duration.ofMillis(requestTimeout), Duration.ofMillis(stallTimeout), Duration.ofMillis(checksumTimeout),
                readMode, maxWindow, Duration.ofMillis(minRetry), verify, resume);
    }

    /** A copy that an endpoint may change. */
    public MavftpConfiguration copy() {
        try {
            return (MavftpConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public int getTargetSystem() {
        return targetSystem;
    }

    public void setTargetSystem(int targetSystem) {
        this.targetSystem = targetSystem;
    }

    public int getTargetComponent() {
        return targetComponent;
    }

    public void setTargetComponent(int targetComponent) {
        this.targetComponent = targetComponent;
    }

    public long getVehicleWait() {
        return vehicleWait;
    }

    public void setVehicleWait(long vehicleWait) {
        this.vehicleWait = vehicleWait;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public long getStallTimeout() {
        return stallTimeout;
    }

    public void setStallTimeout(long stallTimeout) {
        this.stallTimeout = stallTimeout;
    }

    public long getChecksumTimeout() {
        return checksumTimeout;
    }

    public void setChecksumTimeout(long checksumTimeout) {
        this.checksumTimeout = checksumTimeout;
    }

    public FtpOptions.Mode getReadMode() {
        return readMode;
    }

    public void setReadMode(FtpOptions.Mode readMode) {
        this.readMode = readMode;
    }

    public int getMaxWindow() {
        return maxWindow;
    }

    public void setMaxWindow(int maxWindow) {
        this.maxWindow = maxWindow;
    }

    public long getMinRetry() {
        return minRetry;
    }

    public void setMinRetry(long minRetry) {
        this.minRetry = minRetry;
    }

    public boolean isVerify() {
        return verify;
    }

    public void setVerify(boolean verify) {
        this.verify = verify;
    }

    public boolean isResume() {
        return resume;
    }

    public void setResume(boolean resume) {
        this.resume = resume;
    }

    public String getWorkDirectory() {
        return workDirectory;
    }

    public void setWorkDirectory(String workDirectory) {
        this.workDirectory = workDirectory;
    }

    public String getPath() {
        return path;
    }

    public void setPath(String path) {
        this.path = path;
    }

    public String getTarget() {
        return target;
    }

    public void setTarget(String target) {
        this.target = target;
    }

    public Long getLength() {
        return length;
    }

    public void setLength(Long length) {
        this.length = length;
    }

    public boolean isStopLogger() {
        return stopLogger;
    }

    public void setStopLogger(boolean stopLogger) {
        this.stopLogger = stopLogger;
    }

    public String getProgressTo() {
        return progressTo;
    }

    public void setProgressTo(String progressTo) {
        this.progressTo = progressTo;
    }

    public long getProgressInterval() {
        return progressInterval;
    }

    public void setProgressInterval(long progressInterval) {
        this.progressInterval = progressInterval;
    }

    public long getMinAge() {
        return minAge;
    }

    public void setMinAge(long minAge) {
        this.minAge = minAge;
    }
}
