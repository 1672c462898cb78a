package io.dromedary.mavlink;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a link; endpoints with the same address must agree on them. */
@UriParams
public class MavlinkLinkConfiguration {

    /**
     * Where the link goes, in the spelling of pymavlink or MAVSDK: udpin:host:port, udpout:host:port, udpbcast:host:port, tcp:host:port,
     * tcpin:host:port, serial:/dev/name:baud. Several are divided by commas. Endpoints with the same address share one link.
     */
    @UriParam(defaultValue = "udpin:0.0.0.0:14550")
    private String address = "udpin:0.0.0.0:14550";
    /**
     * Our own system id.
     */
    @UriParam(defaultValue = "255")
    private int systemId = 255;
    /**
     * Our own component id.
     */
    @UriParam(defaultValue = "190")
    private int componentId = 190;
    /**
     * MAV_TYPE in our heartbeats: 6 is a ground station, 18 an onboard computer.
     */
    @UriParam(defaultValue = "6")
    private int heartbeatType = 6;
    /**
     * Heartbeats that we send a second, 0 for none.
     */
    @UriParam(defaultValue = "1")
    private double heartbeatFrequency = 1;
    /**
     * The baud rate of serial lines whose address names none.
     */
    @UriParam(defaultValue = "57600")
    private int baudRate = LinkAddress.DEFAULT_BAUD;
    /**
     * A vehicle without a heartbeat for this time is lost.
     */
    @UriParam(defaultValue = "3000", javaType = "java.time.Duration")
    private long vehicleTimeout = 3000;
    /**
     * Whether frames are passed on between addresses and peers. The default is yes when there are several addresses.
     */
    @UriParam
    private Boolean forward;
    /**
     * The messages known: a dialect such as common or ardupilotmega.
     */
    @UriParam(defaultValue = "ardupilotmega")
    private String dialect = Dialect.DEFAULT;
    /**
     * A dialect file in the XML format of MAVLink; its messages are added to those of the dialect.
     */
    @UriParam
    private String dialectFile;
    /**
     * OFF: nothing is signed or checked. ACCEPT: ours is signed, unsigned frames are taken. REQUIRE: unsigned frames are dropped. The key is
     * the component's option signingKey.
     */
    @UriParam(label = "security", defaultValue = "OFF", enums = "OFF,ACCEPT,REQUIRE")
    private LinkSettings.SigningPolicy signing = LinkSettings.SigningPolicy.OFF;
    /**
     * Where the signing timestamp is kept over restarts.
     */
    @UriParam(label = "security")
    private String signingTimestampFile;

    public String getAddress() {
        return address;
    }

    public void setAddress(String address) {
        this.address = address;
    }

    public int getSystemId() {
        return systemId;
    }

    public void setSystemId(int systemId) {
        this.systemId = systemId;
    }

    public int getComponentId() {
        return componentId;
    }

    public void setComponentId(int componentId) {
        this.componentId = componentId;
    }

    public int getHeartbeatType() {
        return heartbeatType;
    }

    public void setHeartbeatType(int heartbeatType) {
        this.heartbeatType = heartbeatType;
    }

    public double getHeartbeatFrequency() {
        return heartbeatFrequency;
    }

    public void setHeartbeatFrequency(double heartbeatFrequency) {
        this.heartbeatFrequency = heartbeatFrequency;
    }

    public int getBaudRate() {
        return baudRate;
    }

    public void setBaudRate(int baudRate) {
        this.baudRate = baudRate;
    }

    public long getVehicleTimeout() {
        return vehicleTimeout;
    }

    public void setVehicleTimeout(long vehicleTimeout) {
        this.vehicleTimeout = vehicleTimeout;
    }

    public Boolean getForward() {
        return forward;
    }

    public void setForward(Boolean forward) {
        this.forward = forward;
    }

    public String getDialect() {
        return dialect;
    }

    public void setDialect(String dialect) {
        this.dialect = dialect;
    }

    public String getDialectFile() {
        return dialectFile;
    }

    public void setDialectFile(String dialectFile) {
        this.dialectFile = dialectFile;
    }

    public LinkSettings.SigningPolicy getSigning() {
        return signing;
    }

    public void setSigning(LinkSettings.SigningPolicy signing) {
        this.signing = signing;
    }

    public String getSigningTimestampFile() {
        return signingTimestampFile;
    }

    public void setSigningTimestampFile(String signingTimestampFile) {
        this.signingTimestampFile = signingTimestampFile;
    }
}
