package io.dromedary.job;

/** A job in JMX. */
final class JobView implements JobMXBean {

    private final JobRun run;
    private final JobComponent component;

    JobView(JobRun run, JobComponent component) {
        this.run = run;
        this.component = component;
    }

    @Override
    public String getId() {
        return run.id();
    }

    @Override
    public String getType() {
        return run.plan().type();
    }

    @Override
    public String getStatus() {
        return run.state().status().word();
    }

    @Override
    public double getProgress() {
        return run.state().percentage();
    }

    @Override
    public String getMessage() {
        return run.state().message();
    }

    @Override
    public String getErrorMessage() {
        return run.state().errorMessage();
    }

    @Override
    public int getSubscribers() {
        return component.streams().count(run.id());
    }

    @Override
    public boolean cancel() {
        return component.jobs().cancel(run.id());
    }
}
