package io.dromedary.vantiq;

import java.nio.file.Path;
import java.time.Duration;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.spi.UriPath;

/**
 * The options of the Vantiq component and its endpoints. Those labelled session describe the connection, which all endpoints of a source share:
 * set them on the component.
 *
 * <p>Longer than other classes because every option needs its accessors.
 */
@UriParams
public class VantiqConfiguration implements Cloneable {

    /** How a payload becomes the body of a message. */
    public enum OutputFormat {
        /** Maps, lists, texts and numbers. */
        object,
        /** JSON text. */
        json,
        /** JSON as an input stream. */
        stream
    }

    /**
     * The name of the source, several names separated by commas, or server.config for all sources of that file.
     */
    @UriPath(description = "The name of the source, several names separated by commas, or server.config for all sources of that file")
    @Metadata(required = true)
    private String source;

    @UriParam(enums = "connect,publish,query,close,notification,queryResponse,queryError,declareHealthy,declareUnhealthy",
              description = "What a consumer takes: one or several of connect, publish, query and close, separated by commas; without it "
                      + "all of them. What a producer sends: notification (the default), queryResponse or queryError; declareHealthy "
                      + "and declareUnhealthy open and close the TCP probe.")
    private String operation;
    @UriParam(label = "consumer", defaultValue = "object",
              description = "How the payload becomes the body: object (map, list, text, number), json (text) or stream (JSON as an input "
                      + "stream).")
    private OutputFormat outputFormat = OutputFormat.object;
    @UriParam(defaultValue = "false",
              description = "Whether payloads have the form {headers, message}: a consumer turns headers into message headers, a producer "
                      + "adds the message's own ones. Headers that steer Camel never pass.")
    private boolean structuredMessageHeader;
    @UriParam(label = "consumer", defaultValue = "100",
              description = "How many rows one partial response holds when the result of a query is a stream or an iterator.")
    private int partialSize = 100;
    @UriParam(label = "session,advanced",
              description = "Whether WebSocket pings are sent. Without it the key sendPings of server.config counts, else none are sent.")
    private Boolean sendPings;
    @UriParam(label = "session,advanced", defaultValue = "20s", javaType = "java.time.Duration",
              description = "The time between pings, when pings are sent.")
    private long pingInterval = 20000;
    @UriParam(label = "session,advanced", defaultValue = "20s", javaType = "java.time.Duration",
              description = "How long a pong may take before the connection counts as dead.")
    private long pongTimeout = 20000;
    @UriParam(label = "session,advanced", defaultValue = "0", javaType = "java.time.Duration",
              description = "How long the server may be silent before the connection counts as dead; 0 for ever. Useful only where the "
                      + "server sends something regularly.")
    private long idleTimeout = 0;
    @UriParam(label = "session,advanced", defaultValue = "10s", javaType = "java.time.Duration",
              description = "How long opening the WebSocket may take.")
    private long connectTimeout = 10000;
    @UriParam(label = "session,advanced", defaultValue = "10s", javaType = "java.time.Duration",
              description = "How long the server may take to answer the token, and again to send the configuration.")
    private long loginTimeout = 10000;
    @UriParam(label = "session,advanced", defaultValue = "60s", javaType = "java.time.Duration",
              description = "How long the routes may take to accept the configuration.")
    private long handlerTimeout = 60000;
    @UriParam(label = "session,advanced", defaultValue = "500ms", javaType = "java.time.Duration",
              description = "The wait after the first failure; the n-th failure in a row waits n times as long, plus up to a fifth at "
                      + "random.")
    private long reconnectDelay = 500;
    @UriParam(label = "session,advanced", defaultValue = "60s", javaType = "java.time.Duration",
              description = "The longest wait after failures, and the wait after a refused token.")
    private long reconnectMaxDelay = 60000;
    @UriParam(label = "session,advanced", defaultValue = "10000", description = "How many notifications are kept until the server has them.")
    private int queueSize = 10000;
    @UriParam(label = "session,advanced", defaultValue = "67108864", description = "How many bytes of notifications are kept.")
    private long queueBytes = 67108864L;
    @UriParam(label = "session,advanced", defaultValue = "block", enums = "block,fail,drop",
              description = "What a sender meets when the queue is full: block (wait for queueTimeout, then fail), fail (at once) or drop "
                      + "(the oldest; counted).")
    private VantiqSettings.WhenFull whenQueueFull = VantiqSettings.WhenFull.block;
    @UriParam(label = "session,advanced", defaultValue = "30s", javaType = "java.time.Duration",
              description = "How long a sender waits for room in a full queue.")
    private long queueTimeout = 30000;
    @UriParam(label = "session,advanced",
              description = "A directory where notifications are kept on disk until delivered, so that they outlive the process. Without it "
                      + "they are kept in memory.")
    private String storeDirectory;
    @UriParam(label = "session,advanced", defaultValue = "auto", enums = "auto,ping,none",
              description = "What proves that a notification arrived; the others are sent again after a broken connection. auto: the "
                      + "server's acknowledgements if it sends any, else a WebSocket ping after them. ping: always a WebSocket "
                      + "ping. none: that the socket took it, as in the SDK.")
    private VantiqSettings.DeliveryConfirmation deliveryConfirmation = VantiqSettings.DeliveryConfirmation.auto;
    @UriParam(label = "session,advanced", defaultValue = "33554432",
              description = "The largest message taken from the server, in bytes. A larger one ends the connection.")
    private int maxMessageSize = 33554432;
    @UriParam(label = "session,advanced", defaultValue = "1000",
              description = "How many messages may wait for the routes before reading from the server stops.")
    private int inboundLimit = 1000;
    @UriParam(label = "session,advanced", defaultValue = "32",
              description = "How many queries are answered at the same time. Publishes are always taken one at a time, in order.")
    private int maxParallelQueries = 32;
    @UriParam(label = "session,advanced", defaultValue = "5m", javaType = "java.time.Duration",
              description = "How long a query may go without an answer before it gets an error; 0 for ever.")
    private long queryTimeout = 300000;
    @UriParam(label = "session,advanced",
              description = "Whether the first failure ends the session for good. Without it the key of server.config counts, else it does "
                      + "not.")
    private Boolean failOnConnectionError;

    /** A copy for one endpoint. */
    public VantiqConfiguration copy() {
        try {
            return (VantiqConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    /** What a session of one source needs; options that are not set come from server.config, if there is one. */
    VantiqSettings settings(String name, ServerConfig file, String reconnectSecret) {
        boolean pings = sendPings != null ? sendPings : file != null && file.sendPings();
        boolean fails = failOnConnectionError != null ? failOnConnectionError : file != null && file.failOnConnectionError();
        String secret = reconnectSecret != null || file == null ? reconnectSecret : file.reconnectSecret();
        VantiqSettings.Times times = new VantiqSettings.Times(Duration.ofMillis(connectTimeout), Duration.ofMillis(loginTimeout),
                Duration.ofMillis(handlerTimeout), Duration.ofMillis(pings ? pingInterval : 0), Duration.ofMillis(pongTimeout),
                Duration.ofMillis(idleTimeout), Duration.ofMillis(reconnectDelay), Duration.ofMillis(reconnectMaxDelay),
                Duration.ofMillis(queueTimeout), Duration.ofMillis(queryTimeout));
        VantiqSettings.Limits limits = new VantiqSettings.Limits(queueSize, queueBytes, whenQueueFull, maxMessageSize, inboundLimit,
                maxParallelQueries);
        return new VantiqSettings(name, times, limits, deliveryConfirmation, secret, fails, 
                storeDirectory == null || storeDirectory.isBlank() ? null : Path.of(storeDirectory));
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    public OutputFormat getOutputFormat() {
        return outputFormat;
    }

    public void setOutputFormat(OutputFormat outputFormat) {
        this.outputFormat = outputFormat;
    }

    public boolean isStructuredMessageHeader() {
        return structuredMessageHeader;
    }

    public void setStructuredMessageHeader(boolean structuredMessageHeader) {
        this.structuredMessageHeader = structuredMessageHeader;
    }

    public int getPartialSize() {
        return partialSize;
    }

    public void setPartialSize(int partialSize) {
        this.partialSize = partialSize;
    }

    public Boolean getSendPings() {
        return sendPings;
    }

    public void setSendPings(Boolean sendPings) {
        this.sendPings = sendPings;
    }

    public long getPingInterval() {
        return pingInterval;
    }

    public void setPingInterval(long pingInterval) {
        this.pingInterval = pingInterval;
    }

    public long getPongTimeout() {
        return pongTimeout;
    }

    public void setPongTimeout(long pongTimeout) {
        this.pongTimeout = pongTimeout;
    }

    public long getIdleTimeout() {
        return idleTimeout;
    }

    public void setIdleTimeout(long idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getLoginTimeout() {
        return loginTimeout;
    }

    public void setLoginTimeout(long loginTimeout) {
        this.loginTimeout = loginTimeout;
    }

    public long getHandlerTimeout() {
        return handlerTimeout;
    }

    public void setHandlerTimeout(long handlerTimeout) {
        this.handlerTimeout = handlerTimeout;
    }

    public long getReconnectDelay() {
        return reconnectDelay;
    }

    public void setReconnectDelay(long reconnectDelay) {
        this.reconnectDelay = reconnectDelay;
    }

    public long getReconnectMaxDelay() {
        return reconnectMaxDelay;
    }

    public void setReconnectMaxDelay(long reconnectMaxDelay) {
        this.reconnectMaxDelay = reconnectMaxDelay;
    }

    public int getQueueSize() {
        return queueSize;
    }

    public void setQueueSize(int queueSize) {
        this.queueSize = queueSize;
    }

    public long getQueueBytes() {
        return queueBytes;
    }

    public void setQueueBytes(long queueBytes) {
        this.queueBytes = queueBytes;
    }

    public VantiqSettings.WhenFull getWhenQueueFull() {
        return whenQueueFull;
    }

    public void setWhenQueueFull(VantiqSettings.WhenFull whenQueueFull) {
        this.whenQueueFull = whenQueueFull;
    }

    public long getQueueTimeout() {
        return queueTimeout;
    }

    public void setQueueTimeout(long queueTimeout) {
        this.queueTimeout = queueTimeout;
    }

    public String getStoreDirectory() {
        return storeDirectory;
    }

    public void setStoreDirectory(String storeDirectory) {
        this.storeDirectory = storeDirectory;
    }

    public VantiqSettings.DeliveryConfirmation getDeliveryConfirmation() {
        return deliveryConfirmation;
    }

    public void setDeliveryConfirmation(VantiqSettings.DeliveryConfirmation deliveryConfirmation) {
        this.deliveryConfirmation = deliveryConfirmation;
    }

    public int getMaxMessageSize() {
        return maxMessageSize;
    }

    public void setMaxMessageSize(int maxMessageSize) {
        this.maxMessageSize = maxMessageSize;
    }

    public int getInboundLimit() {
        return inboundLimit;
    }

    public void setInboundLimit(int inboundLimit) {
        this.inboundLimit = inboundLimit;
    }

    public int getMaxParallelQueries() {
        return maxParallelQueries;
    }

    public void setMaxParallelQueries(int maxParallelQueries) {
        this.maxParallelQueries = maxParallelQueries;
    }

    public long getQueryTimeout() {
        return queryTimeout;
    }

    public void setQueryTimeout(long queryTimeout) {
        this.queryTimeout = queryTimeout;
    }

    public Boolean getFailOnConnectionError() {
        return failOnConnectionError;
    }

    public void setFailOnConnectionError(Boolean failOnConnectionError) {
        this.failOnConnectionError = failOnConnectionError;
    }
}
