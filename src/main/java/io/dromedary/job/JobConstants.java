package io.dromedary.job;

import org.apache.camel.spi.Metadata;

/** Headers of the {@code job} component. */
public final class JobConstants {

    @Metadata(description = "The job's id: of the job that was made, and of the job whose progress it is.", javaType = "String")
    public static final String ID = "CamelJobId";
    @Metadata(description = "The job's type.", javaType = "String")
    public static final String TYPE = "CamelJobType";
    @Metadata(label = "consumer", description = "The stream that a progress message belongs to.", javaType = "String")
    public static final String STREAM_ID = "CamelJobStreamId";
    @Metadata(label = "consumer", description = "Whether this is the last message of the stream.", javaType = "Boolean")
    public static final String COMPLETED = "CamelJobCompleted";

    /** The variable with the id of the job that an exchange works for. */
    static final String JOB_ID = "jobId";
    /** The variable with its type. */
    static final String JOB_TYPE = "jobType";
    /** The variable that tells whether another process began the job. */
    static final String JOB_RESUMED = "jobResumed";

    private JobConstants() {
    }
}
