package io.dromedary.job;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows jobs to who watches the process: each running one as an MBean, and how they ended as meters. */
final class JobMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(JobMonitor.class);

    private final String application;
    private final JobComponent component;
    private final MeterRegistry meters;
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    /**
     * Watches the jobs of a component.
     *
     * @param application tells those of several applications in one process apart
     * @param meters      null when nobody measures
     */
    JobMonitor(String application, JobComponent component, MeterRegistry meters) {
        this.application = application;
        this.component = component;
        this.meters = meters;
        if (meters != null) {
            meters.gauge("dromedary.jobs.running", component, it -> it.registry().active().size());
        }
    }

    void begun(JobRun run) {
        try {
            ObjectName name = name(run);
            if (!beans.isRegistered(name)) {
                beans.registerMBean(new JobView(run, component), name);
            }
        } catch (JMException e) {
            LOG.warn("Job {} cannot be shown through JMX: {}", run.id(), e.toString());
        }
    }

    void ended(JobRun run) {
        if (meters != null && !run.lost()) {
            JobState state = run.state();
            meters.timer("dromedary.jobs.ended", "type", state.jobType(), "status", state.status().word())
                    .record(Duration.ofMillis(Math.max(0, Math.round((state.updatedAt() - state.createdAt()) * 1000))));
        }
        forget(run);
    }

    /** Shows a job no longer. */
    void forget(JobRun run) {
        try {
            ObjectName name = name(run);
            if (beans.isRegistered(name)) {
                beans.unregisterMBean(name);
            }
        } catch (JMException e) {
            LOG.debug("Job {} was not shown through JMX", run.id(), e);
        }
    }

    private ObjectName name(JobRun run) throws JMException {
        return new ObjectName("io.dromedary:context=" + ObjectName.quote(application) + ",type=jobs,job="
                + ObjectName.quote(run.plan().type()) + ",name=" + ObjectName.quote(run.id()));
    }
}
