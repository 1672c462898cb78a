package io.dromedary.job;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.dromedary.redis.RedisProxy;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import redis.clients.jedis.UnifiedJedis;

/** Creates {@code job} endpoints and holds the jobs of this instance. */
@Component("job")
public class JobComponent extends DefaultComponent {

    private static final int TIMER_THREADS = 2;

    @Metadata(autowired = true, description = "The client of Redis; default is the one in the registry, or that of the Redis proxy. Without it jobs run, but nothing of them "
            + "outlives the process.")
    private UnifiedJedis redis;
    @Metadata(defaultValue = "default", description = "The instances that take over each other's jobs: those that reach the same vehicle and disk.")
    private String group = "default";
    @Metadata(defaultValue = "64", description = "Jobs that run at a time, parts of jobs included; one more is refused.")
    private int maxJobs = 64;
    @Metadata(defaultValue = "1000", description = "Streams of one job; one more is refused.")
    private int maxSubscribers = 1000;
    @Metadata(defaultValue = "100", description = "Ended jobs that are remembered for late subscribers.")
    private int keepEnded = 100;
    @Metadata(defaultValue = "5000", javaType = "java.time.Duration",
            description = "Time after which a job whose owner gives no sign can be taken over.")
    private long lease = 5000;
    @Metadata(defaultValue = "2000", javaType = "java.time.Duration",
            description = "How long a job must be without an owner before another instance takes it, so that an owner that was cut off can come back.")
    private long grace = 2000;
    @Metadata(defaultValue = "false", description = "Whether a job stops when its owner cannot renew the lease. Set it where several instances "
            + "share a Redis that one of them can lose alone; without it a job goes on while Redis is away.")
    private boolean strictLease;
    @Metadata(defaultValue = "86400000", javaType = "java.time.Duration", description = "How long Redis keeps a state after its last change.")
    private long stateLife = 86_400_000;
    @Metadata(defaultValue = "250", javaType = "java.time.Duration", description = "Shortest time between two writes of one job's progress.")
    private long writeInterval = 250;
    @Metadata(defaultValue = "30000", javaType = "java.time.Duration", description = "How long a cancellation waits for the job to stop and clean up.")
    private long cancelTimeout = 30_000;

    private final JobLocks locks = new JobLocks();
    private final List<InterruptedJobsConsumer> interruptions = new CopyOnWriteArrayList<>();
    private JobRegistry registry;
    private JobStreams streams;
    private Jobs jobs;
    private JobMonitor monitor;
    private JobVault vault;
    private RouteProducer work;
    private ExecutorService threads;
    private ScheduledExecutorService timer;
    private ScheduledExecutorService keeper;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        JobEndpoint endpoint = new JobEndpoint(uri, this, new JobConfiguration());
        endpoint.setOperation(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // routes wait for what is in flight when they stop, so jobs have to let go before
        getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                jobs.abandon();
            }
        });
        redis = redis != null ? redis : client();
        ThreadPoolProfile profile = new ThreadPoolProfile("job");
        // Camel makes a pool without threads and queue one of a single thread
        profile.setPoolSize(1);
        profile.setMaxPoolSize(maxJobs);
        profile.setMaxQueueSize(0);
        profile.setKeepAliveTime(30L);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        threads = getCamelContext().getExecutorServiceManager().newThreadPool(this, "job", profile);
        timer = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "job-streams", TIMER_THREADS);
        keeper = getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "job-keeper");
        JobSettings settings = new JobSettings(group, maxJobs, keepEnded, Duration.ofMillis(lease), Duration.ofMillis(grace),
                Duration.ofMillis(stateLife), Duration.ofMillis(writeInterval), Duration.ofMillis(cancelTimeout), strictLease);
        vault = new JobVault(redis == null ? null
                : new JobStore(redis, group, lease, TimeUnit.MILLISECONDS.toSeconds(stateLife)), lease);
        registry = new JobRegistry(keepEnded, vault);
        monitor = new JobMonitor(getCamelContext().getName(), this, CamelContextHelper.findSingleByType(getCamelContext(), MeterRegistry.class));
        streams = new JobStreams(timer, maxSubscribers);
        work = new RouteProducer(getCamelContext(), streams, monitor, interruptions, threads);
        jobs = new Jobs(settings, registry, vault, work, new JobRunner(settings.cancelLimit(), vault, work, streams, threads));
        new JobKeeper(jobs, registry, vault, work, settings).start(keeper);
    }

    private UnifiedJedis client() {
        UnifiedJedis bound = CamelContextHelper.findSingleByType(getCamelContext(), UnifiedJedis.class);
        RedisProxy proxy = bound != null ? null : CamelContextHelper.findSingleByType(getCamelContext(), RedisProxy.class);
        return proxy != null ? proxy.sharedClient() : bound;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (keeper == null) {
            return;
        }
        // what runs is for the next start, or another instance
        getCamelContext().getExecutorServiceManager().shutdownNow(keeper);
        jobs.abandon();
        getCamelContext().getExecutorServiceManager().shutdownGraceful(threads);
        getCamelContext().getExecutorServiceManager().shutdownNow(timer);
        registry.remembered().forEach(monitor::forget);
        work.stop();
    }

    Jobs jobs() {
        return jobs;
    }

    JobRegistry registry() {
        return registry;
    }

    JobStreams streams() {
        return streams;
    }

    /** Who wants to be told of interrupted jobs. */
    List<InterruptedJobsConsumer> interruptions() {
        return interruptions;
    }

    JobLocks locks() {
        return locks;
    }

    /** Asks Redis whether a run is still ours, if its lease was not renewed in time: after a pause of the process, say. */
    void confirm(JobRun run) {
        if (run.copy().leaseOver(System.nanoTime())) {
            vault.renew(run);
        }
    }

    public UnifiedJedis getRedis() {
        return redis;
    }

    public void setRedis(UnifiedJedis redis) {
        this.redis = redis;
    }

    public String getGroup() {
        return group;
    }

    public void setGroup(String group) {
        this.group = group;
    }

    public int getMaxJobs() {
        return maxJobs;
    }

    public void setMaxJobs(int maxJobs) {
        this.maxJobs = maxJobs;
    }

    public int getMaxSubscribers() {
        return maxSubscribers;
    }

    public void setMaxSubscribers(int maxSubscribers) {
        this.maxSubscribers = maxSubscribers;
    }

    public int getKeepEnded() {
        return keepEnded;
    }

    public void setKeepEnded(int keepEnded) {
        this.keepEnded = keepEnded;
    }

    public long getLease() {
        return lease;
    }

    public void setLease(long lease) {
        this.lease = lease;
    }

    public long getGrace() {
        return grace;
    }

    public void setGrace(long grace) {
        this.grace = grace;
    }

    public boolean isStrictLease() {
        return strictLease;
    }

    public void setStrictLease(boolean strictLease) {
        this.strictLease = strictLease;
    }

    public long getStateLife() {
        return stateLife;
    }

    public void setStateLife(long stateLife) {
        this.stateLife = stateLife;
    }

    public long getWriteInterval() {
        return writeInterval;
    }

    public void setWriteInterval(long writeInterval) {
        this.writeInterval = writeInterval;
    }

    public long getCancelTimeout() {
        return cancelTimeout;
    }

    public void setCancelTimeout(long cancelTimeout) {
        this.cancelTimeout = cancelTimeout;
    }
}
