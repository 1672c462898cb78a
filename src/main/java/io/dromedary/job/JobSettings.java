package io.dromedary.job;

import java.time.Duration;

/**
 * The bounds of a job registry.
 *
 * @param group         jobs of a dead instance are taken over by one of the same group
 * @param maxJobs       jobs at a time, parts included
 * @param keepEnded     ended jobs that are remembered for late subscribers
 * @param lease         time after which a job without a sign of its owner is taken over
 * @param grace         how long that must last, so that an owner that was cut off can come back
 * @param stateLife     how long a state is kept in Redis after its last write
 * @param writeInterval shortest time between two writes of one job's progress
 * @param cancelLimit   how long a cancellation waits for the job to stop
 * @param strictLease   whether a job is stopped when its lease could not be renewed in time
 */
record JobSettings(String group, int maxJobs, int keepEnded, Duration lease, Duration grace, Duration stateLife, Duration writeInterval,
                   Duration cancelLimit, boolean strictLease) {
}
