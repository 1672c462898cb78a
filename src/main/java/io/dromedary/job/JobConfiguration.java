package io.dromedary.job;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options of {@code job} endpoints. Those marked (simple) are evaluated for each message. Long because Camel's configurers need a
 * field, a getter and a setter for each.
 */
@UriParams
public class JobConfiguration implements Cloneable {

    /**
     * The type of job, such as FetchFlightRecordsJob. For progress (consumer), list, cancel and subscribe: several, comma separated, and
     * none means all.
     */
    @UriParam
    private String type;
    /**
     * For start and create: the endpoint that does the work, such as direct:job/fetch-flight-records. Its body is the job's metadata.
     */
    @UriParam(label = "producer")
    private String route;
    /**
     * For start and create: the endpoint that is told how the job ended, before that is final. Its body is the final state. It is called
     * after success, failure and cancellation and is not interrupted itself; when it fails, a completed job has failed.
     */
    @UriParam(label = "producer")
    private String onEnd;
    /**
     * For start and create: what happens when a job of this type (and key) is not over yet.
     */
    @UriParam(label = "producer", defaultValue = "ALLOW", enums = "ALLOW,REFUSE,REPLACE")
    private SingleFlight singleFlight = SingleFlight.ALLOW;
    /**
     * For start and create (simple): with the type, what singleFlight compares. Default is the type alone.
     */
    @UriParam(label = "producer")
    private String key;
    /**
     * For start and create: whether the route runs again after the process was killed, here or in another instance. Otherwise the job
     * ends as error.
     */
    @UriParam(label = "producer", defaultValue = "false")
    private boolean resume;
    /**
     * The job (simple). Default is the job that the exchange works for. For start and create: the id of a job that was created but not
     * started, or the id that the new job gets.
     */
    @UriParam(label = "producer")
    private String jobId;
    /**
     * For start and create (simple): the job that the new one is a part of, if weight is set. Default is the job that the exchange works
     * for.
     */
    @UriParam(label = "producer")
    private String parent;
    /**
     * For start and create (simple): makes the new job a part of another, whose progress it moves by this many percent.
     */
    @UriParam(label = "producer")
    private String weight;
    /**
     * For start and create: the parent's progress text while the part runs; its transfer rate is appended once it is known.
     */
    @UriParam(label = "producer")
    private String parentMessage;
    /**
     * For start: whether to wait for the end. A job that fails then fails the exchange.
     */
    @UriParam(label = "producer", defaultValue = "false")
    private boolean wait;
    /**
     * For start with wait and for join: goes, with a colon, before the reason when a part has failed.
     */
    @UriParam(label = "producer")
    private String failurePrefix;
    /**
     * For progress (simple): 0 to 100. Default is computed from current and total, if they are given.
     */
    @UriParam(label = "producer")
    private String percentage;
    /**
     * For progress (simple): the text.
     */
    @UriParam(label = "producer")
    private String message;
    /**
     * For progress (simple): bytes or items done.
     */
    @UriParam(label = "producer")
    private String current;
    /**
     * For progress (simple): all of them.
     */
    @UriParam(label = "producer")
    private String total;
    /**
     * For progress: whether current counts bytes of a transfer, whose rate is wanted.
     */
    @UriParam(label = "producer", defaultValue = "false")
    private boolean measureRate;
    /**
     * For progress: the percentage that current 0 stands for.
     */
    @UriParam(label = "producer", defaultValue = "0")
    private double progressFrom;
    /**
     * For progress: the percentage that current = total stands for.
     */
    @UriParam(label = "producer", defaultValue = "100")
    private double progressTo = 100;
    /**
     * For subscribe and unsubscribe (simple): the id of the stream.
     */
    @UriParam(label = "producer")
    private String streamId;
    /**
     * For subscribe (simple): messages per second, 0.1 to 10; an empty value means 2. For a consumer: a rate at which it gets the
     * progress of every job of its types, subscribed or not.
     */
    @UriParam
    private String dataRateHz;
    /**
     * For list (simple): only jobs with this status.
     */
    @UriParam(label = "producer")
    private String status;
    /**
     * For list, cancel and state (simple): only jobs whose metadata have this value, written name=value.
     */
    @UriParam(label = "producer")
    private String where;
    /**
     * For cleanup (simple): hours since the last change after which an ended job is forgotten.
     */
    @UriParam(label = "producer", defaultValue = "24")
    private String maxAgeHours = "24";
    /**
     * For lock and unlock: the name of a thing that only one job or exchange can use at a time.
     */
    @UriParam(label = "producer")
    private String resource;
    /**
     * For lock and join: how long to wait at most.
     */
    @UriParam(label = "producer", defaultValue = "86400000", javaType = "java.time.Duration")
    private long timeout = 86_400_000;

    JobConfiguration copy() {
        try {
            return (JobConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getType() {
        return type;
    }

    public void setType(String type) {
        this.type = type;
    }

    public String getRoute() {
        return route;
    }

    public void setRoute(String route) {
        this.route = route;
    }

    public String getOnEnd() {
        return onEnd;
    }

    public void setOnEnd(String onEnd) {
        this.onEnd = onEnd;
    }

    public SingleFlight getSingleFlight() {
        return singleFlight;
    }

    public void setSingleFlight(SingleFlight singleFlight) {
        this.singleFlight = singleFlight;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public boolean isResume() {
        return resume;
    }

    public void setResume(boolean resume) {
        this.resume = resume;
    }

    public String getJobId() {
        return jobId;
    }

    public void setJobId(String jobId) {
        this.jobId = jobId;
    }

    public String getParent() {
        return parent;
    }

    public void setParent(String parent) {
        this.parent = parent;
    }

    public String getWeight() {
        return weight;
    }

    public void setWeight(String weight) {
        this.weight = weight;
    }

    public String getParentMessage() {
        return parentMessage;
    }

    public void setParentMessage(String parentMessage) {
        this.parentMessage = parentMessage;
    }

    public boolean isWait() {
        return wait;
    }

    public void setWait(boolean wait) {
        this.wait = wait;
    }

    public String getFailurePrefix() {
        return failurePrefix;
    }

    public void setFailurePrefix(String failurePrefix) {
        this.failurePrefix = failurePrefix;
    }

    public String getPercentage() {
        return percentage;
    }

    public void setPercentage(String percentage) {
        this.percentage = percentage;
    }

    public String getMessage() {
        return message;
    }

    public void setMessage(String message) {
        this.message = message;
    }

    public String getCurrent() {
        return current;
    }

    public void setCurrent(String current) {
        this.current = current;
    }

    public String getTotal() {
        return total;
    }

    public void setTotal(String total) {
        this.total = total;
    }

    public boolean isMeasureRate() {
        return measureRate;
    }

    public void setMeasureRate(boolean measureRate) {
        this.measureRate = measureRate;
    }

    public double getProgressFrom() {
        return progressFrom;
    }

    public void setProgressFrom(double progressFrom) {
        this.progressFrom = progressFrom;
    }

    public double getProgressTo() {
        return progressTo;
    }

    public void setProgressTo(double progressTo) {
        this.progressTo = progressTo;
    }

    public String getStreamId() {
        return streamId;
    }

    public void setStreamId(String streamId) {
        this.streamId = streamId;
    }

    public String getDataRateHz() {
        return dataRateHz;
    }

    public void setDataRateHz(String dataRateHz) {
        this.dataRateHz = dataRateHz;
    }

    public String getStatus() {
        return status;
    }

    public void setStatus(String status) {
        this.status = status;
    }

    public String getWhere() {
        return where;
    }

    public void setWhere(String where) {
        this.where = where;
    }

    public String getMaxAgeHours() {
        return maxAgeHours;
    }

    public void setMaxAgeHours(String maxAgeHours) {
        this.maxAgeHours = maxAgeHours;
    }

    public String getResource() {
        return resource;
    }

    public void setResource(String resource) {
        this.resource = resource;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }
}
