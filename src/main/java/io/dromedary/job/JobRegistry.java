package io.dromedary.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The jobs that are known: those of this instance, and through Redis those of others. */
final class JobRegistry {

    private final int keepEnded;
    private final JobVault vault;
    private final Map<String, JobRun> runs = new ConcurrentHashMap<>();

    /** @param keepEnded ended jobs of this instance that are remembered for late subscribers */
    JobRegistry(int keepEnded, JobVault vault) {
        this.keepEnded = keepEnded;
        this.vault = vault;
    }

    // ---- this instance

    /** Takes a job in; the oldest of those that have ended may have to go. */
    void admit(JobRun run) {
        runs.put(run.id(), run);
        List<JobRun> ended = runs.values().stream().filter(JobRun::ended)
                .sorted(Comparator.comparingDouble(it -> it.state().updatedAt())).toList();
        ended.subList(0, Math.max(0, ended.size() - keepEnded)).forEach(old -> runs.remove(old.id(), old));
    }

    /** Forgets a job. */
    void remove(String id) {
        runs.remove(id);
    }

    /** Forgets the jobs of a type that have ended. */
    void removeEnded(String type) {
        runs.values().removeIf(run -> run.ended() && run.plan().type().equals(type));
    }

    Optional<JobRun> run(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** Those that are not over. */
    List<JobRun> active() {
        return runs.values().stream().filter(run -> !run.ended()).toList();
    }

    /** All of them, the ended ones that are remembered too. */
    List<JobRun> remembered() {
        return List.copyOf(runs.values());
    }

    // ---- here and in Redis

    /** The state of a job. */
    Optional<JobState> state(String id) {
        JobRun run = runs.get(id);
        return run != null && !run.lost() ? Optional.of(run.state()) : vault.read(id);
    }

    /** States, oldest first. */
    List<JobState> list(Predicate<JobState> wanted) {
        Map<String, JobState> states = new LinkedHashMap<>();
        vault.all().forEach(state -> states.put(state.jobId(), state));
        // an ended job that Redis has forgotten is forgotten
        boolean answered = vault.answers();
        runs.values().stream().filter(run -> !run.lost() && (!run.ended() || run.dirty() || !answered || states.containsKey(run.id())))
                .forEach(run -> states.put(run.id(), run.state()));
        List<JobState> found = new ArrayList<>(states.values().stream().filter(wanted).toList());
        found.sort(Comparator.comparingDouble(JobState::createdAt).thenComparing(JobState::jobId));
        return found;
    }

    /** Forgets ended jobs that have not changed for some seconds. @return their ids */
    List<String> cleanup(double olderThanSeconds) {
        double before = JobState.now() - olderThanSeconds;
        List<String> old = list(state -> state.status().ended() && state.updatedAt() <= before).stream().map(JobState::jobId).toList();
        old.forEach(id -> {
            runs.remove(id);
            vault.delete(id);
        });
        return old;
    }
}
