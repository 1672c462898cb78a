package io.dromedary.mavlink;

import java.util.Map;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of the operations on parameters, reboot, actuators and shell. */
@UriParams
public class MavlinkVehicleConfiguration extends MavlinkLinkConfiguration {

    /**
     * For operations on parameters and the shell: time for the whole operation; 6 s for some parameters, 60 s for all of them, 5 s for
     * the shell when it is not set.
     */
    @UriParam(label = "producer", javaType = "java.time.Duration")
    private Long timeout;
    /**
     * Names of parameters to read, divided by commas.
     */
    @UriParam(label = "producer")
    private String names;
    /**
     * Most times a parameter is asked for, the first included; 0 asks until the time is over.
     */
    @UriParam(label = "producer", defaultValue = "0")
    private int maxRetries = 0;
    /**
     * Most parameters asked for at once; 0 adapts to vehicle and link.
     */
    @UriParam(label = "producer", defaultValue = "0")
    private int maxInFlight = 0;
    /**
     * Time until an unanswered parameter is asked for again; 0 adapts to the round trip time.
     */
    @UriParam(label = "producer", defaultValue = "0", javaType = "java.time.Duration")
    private long resendInterval = 0;
    /**
     * Whether a set parameter only counts when the vehicle repeats the value.
     */
    @UriParam(label = "producer", defaultValue = "true")
    private boolean verifyAckValue = true;
    /**
     * How integers travel in parameters: auto goes by the vehicle's make.
     */
    @UriParam(label = "producer", defaultValue = "auto", enums = "auto,bytewise,c_cast")
    private String parameterEncoding = "auto";
    /**
     * Whether an armed vehicle may be rebooted, which stops its motors. No message can change it.
     */
    @UriParam(label = "producer", defaultValue = "false")
    private boolean allowArmed = false;
    /**
     * Shell commands that may be run, divided by commas; an asterisk at the end stands for anything, one alone for everything. Empty:
     * the shell is off. No message can change it.
     */
    @UriParam(label = "producer,security")
    private String shellCommands;

    public Long getTimeout() {
        return timeout;
    }

    public void setTimeout(Long timeout) {
        this.timeout = timeout;
    }

    public String getNames() {
        return names;
    }

    public void setNames(String names) {
        this.names = names;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public long getResendInterval() {
        return resendInterval;
    }

    public void setResendInterval(long resendInterval) {
        this.resendInterval = resendInterval;
    }

    public boolean isVerifyAckValue() {
        return verifyAckValue;
    }

    public void setVerifyAckValue(boolean verifyAckValue) {
        this.verifyAckValue = verifyAckValue;
    }

    public String getParameterEncoding() {
        return parameterEncoding;
    }

    public void setParameterEncoding(String parameterEncoding) {
        this.parameterEncoding = parameterEncoding;
    }

    public boolean isAllowArmed() {
        return allowArmed;
    }

    public void setAllowArmed(boolean allowArmed) {
        this.allowArmed = allowArmed;
    }

    public String getShellCommands() {
        return shellCommands;
    }

    public void setShellCommands(String shellCommands) {
        this.shellCommands = shellCommands;
    }

    /** Puts these options into a map by name, as the operations read them. */
    void addSettings(Map<String, Object> settings) {
        settings.put("timeout", timeout);
        settings.put("names", names);
        settings.put("maxRetries", maxRetries);
        settings.put("maxInFlight", maxInFlight);
        settings.put("resendInterval", resendInterval);
        settings.put("verifyAckValue", verifyAckValue);
        settings.put("parameterEncoding", parameterEncoding);
        settings.put("allowArmed", allowArmed);
        settings.put("shellCommands", shellCommands);
    }
}
