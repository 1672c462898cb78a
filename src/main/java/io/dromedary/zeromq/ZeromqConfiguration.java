package io.dromedary.zeromq;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of the ZeroMQ component and its endpoints. */
@UriParams
public class ZeromqConfiguration implements Cloneable {

    @UriParam(description = "Whether this end binds the addresses or connects to them."
            + " When not set, PUB, PULL, REP and ROUTER bind, the others connect.")
    private Boolean bind;
    @UriParam(label = "consumer", description = "Topic prefixes for SUB, comma separated; hex: before one means bytes, as in hex:a10f0000."
            + " When not set, everything is received.")
    private String topics;
    @UriParam(label = "consumer", defaultValue = "false",
            description = "Whether the body is a list of frames always; when false, a message of one frame is a byte array.")
    private boolean framesAsList;
    @UriParam(label = "consumer", description = "How many messages are worked on at once."
            + " When not set, 1 for SUB and PULL, which keeps their order, and 8 for REP and ROUTER.")
    private Integer workers;
    @UriParam(defaultValue = "1000",
            description = "Messages kept between the route and the socket. When it is full, a consumer makes its peers wait and a producer waits.")
    private int queueSize = 1000;
    @UriParam(defaultValue = "1000", description = "Messages kept for each peer that does not take them; then PUB drops and the others wait.")
    private int sendHighWaterMark = 1000;
    @UriParam(defaultValue = "1000", description = "Messages kept from each peer before it is made to wait.")
    private int receiveHighWaterMark = 1000;
    @UriParam(defaultValue = "1s", javaType = "java.time.Duration",
            description = "How long what was sent is still delivered when the endpoint stops.")
    private Duration linger = Duration.ofSeconds(1);
    @UriParam(defaultValue = "100ms", javaType = "java.time.Duration", description = "First pause before a lost connection is tried again.")
    private Duration reconnectInterval = Duration.ofMillis(100);
    @UriParam(defaultValue = "5s", javaType = "java.time.Duration",
            description = "Longest pause between two tries to connect; each pause is twice the last.")
    private Duration reconnectIntervalMax = Duration.ofSeconds(5);
    @UriParam(defaultValue = "16777216", description = "Longest frame taken, in bytes; a peer that sends a longer one is cut off.")
    private long maxMessageSize = 16 << 20;
    @UriParam(label = "advanced", defaultValue = "1s", javaType = "java.time.Duration",
            description = "How long the handshake of a new connection may take before the connection is made anew.")
    private Duration handshakeTimeout = Duration.ofSeconds(1);
    @UriParam(defaultValue = "0", javaType = "java.time.Duration",
            description = "Pause between ZMTP pings that find dead connections; 0 sends none.")
    private Duration heartbeatInterval = Duration.ZERO;
    @UriParam(label = "producer", defaultValue = "10s", javaType = "java.time.Duration",
            description = "How long REQ and DEALER wait for an answer.")
    private Duration requestTimeout = Duration.ofSeconds(10);
    @UriParam(label = "producer", defaultValue = "5s", javaType = "java.time.Duration",
            description = "How long a message waits for room in a full queue before it fails.")
    private Duration sendTimeout = Duration.ofSeconds(5);
    @UriParam(label = "producer", defaultValue = "0", javaType = "java.time.Duration",
            description = "How long PUB waits for a subscriber whose queue is full before it drops messages for it; 0 drops at once, as ZeroMQ does.")
    private Duration slowSubscriberTimeout = Duration.ZERO;
    @UriParam(label = "security", defaultValue = "false", description = "Whether this end is the CURVE server, whose public key the others know.")
    private boolean curveServer;
    @UriParam(label = "security", description = "Our CURVE public key: 64 hexadecimal digits or 40 Z85 characters.")
    private String curvePublicKey;
    @UriParam(label = "security", secret = true, description = "Our CURVE secret key. Set it on the component or by a property, never in a URI.")
    private String curveSecretKey;
    @UriParam(label = "security", description = "The CURVE server's public key, for the client's end.")
    private String curveServerKey;
    @UriParam(label = "security", description = "Public keys of the clients that may connect to a CURVE server, comma separated;"
            + " when not set, every client that knows the server's key.")
    private String curveClientKeys;
    @UriParam(label = "security", description = "IP addresses that may connect, comma separated; when not set, all.")
    private String allowedAddresses;

    public ZeromqConfiguration copy() {
        try {
            return (ZeromqConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    SocketSettings settings(SocketPattern pattern, String addresses) {
        return new SocketSettings(pattern, Addresses.parse(addresses), bind == null ? pattern.bindsByDefault() : bind, subscriptions(),
                sendHighWaterMark, receiveHighWaterMark, queueSize, linger, reconnectInterval, reconnectIntervalMax, maxMessageSize,
                handshakeTimeout, heartbeatInterval, slowSubscriberTimeout, security());
    }

    private List<byte[]> subscriptions() {
        if (topics == null || topics.isEmpty()) {
            return List.of(new byte[0]);
        }
        return Arrays.stream(topics.split(",")).map(String::trim).map(ZeromqConfiguration::topic).toList();
    }

    private static byte[] topic(String text) {
        return text.startsWith("hex:") ? HexFormat.of().parseHex(text.substring(4)) : text.getBytes(StandardCharsets.UTF_8);
    }

    private SocketSecurity security() {
        return new SocketSecurity(curveServer, key(curvePublicKey), key(curveSecretKey), key(curveServerKey),
                list(curveClientKeys).map(key -> HexFormat.of().formatHex(CurveKeys.parse(key))).collect(Collectors.toUnmodifiableSet()),
                list(allowedAddresses).map(address -> address.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
    }

    private static byte[] key(String text) {
        return text == null || text.isBlank() ? null : CurveKeys.parse(text);
    }

    private static Stream<String> list(String text) {
        return text == null ? Stream.empty() : Arrays.stream(text.split(",")).map(String::trim).filter(entry -> !entry.isEmpty());
    }

    int workersFor(SocketPattern pattern) {
        if (workers != null) {
            return workers;
        }
        return pattern.answers() ? 8 : 1;
    }

    public Boolean getBind() {
        return bind;
    }

    public void setBind(Boolean bind) {
        this.bind = bind;
    }

    public String getTopics() {
        return topics;
    }

    public void setTopics(String topics) {
        this.topics = topics;
    }

    public boolean isFramesAsList() {
        return framesAsList;
    }

    public void setFramesAsList(boolean framesAsList) {
        this.framesAsList = framesAsList;
    }

    public Integer getWorkers() {
        return workers;
    }

    public void setWorkers(Integer workers) {
        this.workers = workers;
    }

    public int getQueueSize() {
        return queueSize;
    }

    public void setQueueSize(int queueSize) {
        this.queueSize = queueSize;
    }

    public int getSendHighWaterMark() {
        return sendHighWaterMark;
    }

    public void setSendHighWaterMark(int sendHighWaterMark) {
        this.sendHighWaterMark = sendHighWaterMark;
    }

    public int getReceiveHighWaterMark() {
        return receiveHighWaterMark;
    }

    public void setReceiveHighWaterMark(int receiveHighWaterMark) {
        this.receiveHighWaterMark = receiveHighWaterMark;
    }

    public Duration getLinger() {
        return linger;
    }

    public void setLinger(Duration linger) {
        this.linger = linger;
    }

    public Duration getReconnectInterval() {
        return reconnectInterval;
    }

    public void setReconnectInterval(Duration reconnectInterval) {
        this.reconnectInterval = reconnectInterval;
    }

    public Duration getReconnectIntervalMax() {
        return reconnectIntervalMax;
    }

    public void setReconnectIntervalMax(Duration reconnectIntervalMax) {
        this.reconnectIntervalMax = reconnectIntervalMax;
    }

    public long getMaxMessageSize() {
        return maxMessageSize;
    }

    public void setMaxMessageSize(long maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    public Duration getHeartbeatInterval() {
        return heartbeatInterval;
    }

    public void setHeartbeatInterval(Duration heartbeatInterval) {
        this.heartbeatInterval = heartbeatInterval;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(Duration sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public Duration getSlowSubscriberTimeout() {
        return slowSubscriberTimeout;
    }

    public void setSlowSubscriberTimeout(Duration slowSubscriberTimeout) {
        this.slowSubscriberTimeout = slowSubscriberTimeout;
    }

    public boolean isCurveServer() {
        return curveServer;
    }

    public void setCurveServer(boolean curveServer) {
        this.curveServer = curveServer;
    }

    public String getCurvePublicKey() {
        return curvePublicKey;
    }

    public void setCurvePublicKey(String curvePublicKey) {
        this.curvePublicKey = curvePublicKey;
    }

    public String getCurveSecretKey() {
        return curveSecretKey;
    }

    public void setCurveSecretKey(String curveSecretKey) {
        this.curveSecretKey = curveSecretKey;
    }

    public String getCurveServerKey() {
        return curveServerKey;
    }

    public void setCurveServerKey(String curveServerKey) {
        this.curveServerKey = curveServerKey;
    }

    public String getCurveClientKeys() {
        return curveClientKeys;
    }

    public void setCurveClientKeys(String curveClientKeys) {
        this.curveClientKeys = curveClientKeys;
    }

    public String getAllowedAddresses() {
        return allowedAddresses;
    }

    public void setAllowedAddresses(String allowedAddresses) {
        this.allowedAddresses = allowedAddresses;
    }

    public Duration getHandshakeTimeout() {
        return handshakeTimeout;
    }

    public void setHandshakeTimeout(Duration handshakeTimeout) {
        this.handshakeTimeout = handshakeTimeout;
    }
}
