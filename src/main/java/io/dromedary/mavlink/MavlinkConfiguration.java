package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options of the {@code mavlink} component and its endpoints. Long because Camel's configurers need a field, a getter and a
 * setter for each.
 */
@UriParams
public class MavlinkConfiguration extends MavlinkVehicleConfiguration implements Cloneable {

    /**
     * The messages to take, by name or id, each with the highest rate a second if wanted: HEARTBEAT,ATTITUDE@5. An asterisk stands for
     * all, also those that the dialect does not know.
     */
    @UriParam(label = "consumer", defaultValue = "*")
    private String messages;
    /**
     * Takes only messages and events of this system; 0 for all.
     */
    @UriParam(label = "consumer", defaultValue = "0")
    private int fromSystem = 0;
    /**
     * Takes only messages and events of this component; 0 for all.
     */
    @UriParam(label = "consumer", defaultValue = "0")
    private int fromComponent = 0;
    /**
     * Drops a message whose fields equal those of the one before.
     */
    @UriParam(label = "consumer", defaultValue = "false")
    private boolean changesOnly = false;
    /**
     * With changesOnly: an unchanged message is taken again after this time.
     */
    @UriParam(label = "consumer", defaultValue = "10000", javaType = "java.time.Duration")
    private long unchangedPeriod = 10000;
    /**
     * With changesOnly: fields that do not count.
     */
    @UriParam(label = "consumer", defaultValue = "time_boot_ms,time_usec")
    private String ignoredFields = "time_boot_ms,time_usec";
    /**
     * Messages that wait for the route; when it is too slow, the oldest are dropped.
     */
    @UriParam(label = "consumer", defaultValue = "1000")
    private int queueSize = 1000;
    /**
     * The system to address; 0 for the first vehicle heard.
     */
    @UriParam(label = "producer", defaultValue = "0")
    private int targetSystem = 0;
    /**
     * The component to address; 0 for the vehicle's autopilot.
     */
    @UriParam(label = "producer", defaultValue = "0")
    private int targetComponent = 0;
    /**
     * How long to wait for the vehicle to be heard.
     */
    @UriParam(label = "producer", defaultValue = "5000", javaType = "java.time.Duration")
    private long vehicleWait = 5000;
    /**
     * The message to send, to request or to set the interval of: a name or an id.
     */
    @UriParam(label = "producer")
    private String message;
    /**
     * For set-interval: messages a second, 0 for none, -1 for the vehicle's default.
     */
    @UriParam(label = "producer")
    private Double rate;
    /**
     * For request-message: how long to wait for the message once the vehicle agreed to send it.
     */
    @UriParam(label = "producer", defaultValue = "3000", javaType = "java.time.Duration")
    private long messageTimeout = 3000;
    /**
     * The command: a number or a name such as MAV_CMD_COMPONENT_ARM_DISARM.
     */
    @UriParam(label = "producer")
    private String command;
    /**
     * Up to seven numbers divided by commas, NaN for "unchanged".
     */
    @UriParam(label = "producer")
    private String params;
    /**
     * MAV_FRAME of the position in param5 to param7; the command then goes as COMMAND_INT.
     */
    @UriParam(label = "producer", defaultValue = "-1")
    private int frame = -1;
    /**
     * How long to wait for an acknowledgement before the command is sent again or given up.
     */
    @UriParam(label = "producer", defaultValue = "1000", javaType = "java.time.Duration")
    private long ackTimeout = 1000;
    /**
     * Whether an unacknowledged command is sent again: auto does so unless it would repeat its effect (reboot, takeoff, motor and actuator
     * test, storage), always, never.
     */
    @UriParam(label = "producer", defaultValue = "auto", enums = "auto,always,never")
    private String resend = "auto";
    /**
     * How often it may be sent again.
     */
    @UriParam(label = "producer", defaultValue = "3")
    private int resends = 3;
    /**
     * Longest silence of a vehicle that said it is working on the command.
     */
    @UriParam(label = "producer", defaultValue = "30000", javaType = "java.time.Duration")
    private long progressTimeout = 30000;
    /**
     * Whether a command that is not accepted fails the exchange; else the answer says so.
     */
    @UriParam(label = "producer", defaultValue = "true")
    private boolean throwExceptionOnFailure = true;

    public String getMessages() {
        return messages;
    }

    public void setMessages(String messages) {
        this.messages = messages;
    }

    public int getFromSystem() {
        return fromSystem;
    }

    public void setFromSystem(int fromSystem) {
        this.fromSystem = fromSystem;
    }

    public int getFromComponent() {
        return fromComponent;
    }

    public void setFromComponent(int fromComponent) {
        this.fromComponent = fromComponent;
    }

    public boolean isChangesOnly() {
        return changesOnly;
    }

    public void setChangesOnly(boolean changesOnly) {
        this.changesOnly = changesOnly;
    }

    public long getUnchangedPeriod() {
        return unchangedPeriod;
    }

    public void setUnchangedPeriod(long unchangedPeriod) {
        this.unchangedPeriod = unchangedPeriod;
    }

    public String getIgnoredFields() {
        return ignoredFields;
    }

    public void setIgnoredFields(String ignoredFields) {
        this.ignoredFields = ignoredFields;
    }

    public int getQueueSize() {
        return queueSize;
    }

    public void setQueueSize(int queueSize) {
        this.queueSize = queueSize;
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

    public String getMessage() {
        return message;
    }

    public void setMessage(String message) {
        this.message = message;
    }

    public Double getRate() {
        return rate;
    }

    public void setRate(Double rate) {
        this.rate = rate;
    }

    public long getMessageTimeout() {
        return messageTimeout;
    }

    public void setMessageTimeout(long messageTimeout) {
        this.messageTimeout = messageTimeout;
    }

    public String getCommand() {
        return command;
    }

    public void setCommand(String command) {
        this.command = command;
    }

    public String getParams() {
        return params;
    }

    public void setParams(String params) {
        this.params = params;
    }

    public int getFrame() {
        return frame;
    }

    public void setFrame(int frame) {
        this.frame = frame;
    }

    public long getAckTimeout() {
        return ackTimeout;
    }

    public void setAckTimeout(long ackTimeout) {
        this.ackTimeout = ackTimeout;
    }

    public String getResend() {
        return resend;
    }

    public void setResend(String resend) {
        this.resend = resend;
    }

    public int getResends() {
        return resends;
    }

    public void setResends(int resends) {
        this.resends = resends;
    }

    public long getProgressTimeout() {
        return progressTimeout;
    }

    public void setProgressTimeout(long progressTimeout) {
        this.progressTimeout = progressTimeout;
    }

    public boolean isThrowExceptionOnFailure() {
        return throwExceptionOnFailure;
    }

    public void setThrowExceptionOnFailure(boolean throwExceptionOnFailure) {
        this.throwExceptionOnFailure = throwExceptionOnFailure;
    }

    /** The options of the producer by name, as the operations read them; what is not set is left out. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("targetSystem", targetSystem);
        settings.put("targetComponent", targetComponent);
        settings.put("vehicleWait", vehicleWait);
        settings.put("message", message);
        settings.put("rate", rate);
        settings.put("messageTimeout", messageTimeout);
        settings.put("command", command);
        settings.put("params", params);
        settings.put("frame", frame);
        settings.put("ackTimeout", ackTimeout);
        settings.put("resend", resend);
        settings.put("resends", resends);
        settings.put("progressTimeout", progressTimeout);
        settings.put("throwExceptionOnFailure", throwExceptionOnFailure);
        addSettings(settings);
        settings.values().removeIf(value -> value == null);
        return settings;
    }

    MavlinkConfiguration copy() {
        try {
            return (MavlinkConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
