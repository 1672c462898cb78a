package io.dromedary.job;

import java.util.List;

/** Does the work of jobs; in Camel a route. */
interface JobWork {

    /** Does all of it, on the calling thread. @throws Exception the reason for which the job has failed */
    void run(JobRun run) throws Exception;

    /** Is told how the job ended, before that is final. @throws Exception for which a completed job has failed after all */
    void ended(JobRun run, JobState last) throws Exception;

    /** Whether this instance can do the work of a job. */
    boolean canRun(JobPlan plan);

    /** A job that this instance runs has begun, or has ended. */
    void changed(JobRun run);

    /** Whether everybody who wants to be told of interrupted jobs is there. */
    boolean ready();

    /** Is told, without waiting, of jobs that an earlier program left running and that have ended as errors because nobody goes on with them. */
    void interrupted(List<JobState> last);
}
