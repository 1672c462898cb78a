package io.dromedary.vantiq;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on a shared pool, at most so many at a time, started in the order of their arrival. With one at a time they also end in order.
 *
 * <p>Tasks are never refused: who submits asks {@link #isFull()} and stops reading from its source.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Work that says when it is over, then or later, on any thread. */
    interface Task {
        void run(Runnable done) throws Exception;
    }

    private final Executor pool;
    private final int parallel;
    private final int bound;
    private final Runnable relieved;
    private final Consumer<Runnable> soon;
    private final Deque<Task> waiting = new ArrayDeque<>();
    private int running;
    private long taken;
    private boolean checkPlanned;
    private boolean stopped;

    /**
     * @param parallel how many tasks may run at the same time
     * @param bound    how many may wait before the lane is full
     * @param relieved called when a full lane has room again, on a pool thread
     * @param soon     runs something about a millisecond later
     */
    Lane(Executor pool, int parallel, int bound, Runnable relieved, Consumer<Runnable> soon) {
        this.pool = pool;
        this.parallel = parallel;
        this.bound = bound;
        this.relieved = relieved;
        this.soon = soon;
    }

    /**
     * Takes a task. The first one starts a worker; further workers come only when a task has waited for about a millisecond: quick tasks are done
     * fastest by few threads, slow ones get a thread each.
     */
    void submit(Task task) {
        boolean check;
        synchronized (this) {
            if (stopped) {
                return;
            }
            waiting.add(task);
            if (running > 0) {
                check = !checkPlanned && running < parallel;
                checkPlanned |= check;
            } else {
                check = false;
                running++;
                startWorker();
            }
        }
        if (check) {
            planCheck(taken);
        }
    }

    private void planCheck(long takenThen) {
        soon.accept(() -> addWorkers(takenThen));
    }

    private synchronized void addWorkers(long takenThen) {
        // While tasks are being taken, more threads than processors would only get in each other's way.
        int most = taken == takenThen ? parallel : Math.min(parallel, PROCESSORS);
        for (int more = Math.min(Math.min(waiting.size(), Math.max(1, running)), most - running); more > 0; more--) {
            running++;
            startWorker();
        }
        checkPlanned = !waiting.isEmpty() && running < parallel && !stopped;
        if (checkPlanned) {
            planCheck(taken);
        }
    }

    synchronized boolean isFull() {
        return waiting.size() >= bound;
    }

    /** Waits until nothing runs or waits; says whether that came true in time. */
    synchronized boolean awaitIdle(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (running > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Forgets what waits; what runs is left to end. */
    synchronized void stop() {
        stopped = true;
        waiting.clear();
    }

    /** Runs something on a pool, unless that is being stopped. */
    static void offer(Executor pool, Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The worker pool is stopped", e);
        }
    }

    private void startWorker() {
        offer(pool, this::work);
    }

    private void work() {
        boolean endedAtOnce = true;
        while (endedAtOnce) {
            Task task;
            boolean relief;
            synchronized (this) {
                task = waiting.poll();
                relief = task != null && waiting.size() == bound / 2;
                if (task == null) {
                    running--;
                    notifyAll();
                    return;
                }
                taken++;
            }
            if (relief) {
                relieved.run();
            }
            endedAtOnce = runOne(task);
        }
    }

    /** Whether the task ended before its call returned; else its end starts the next worker. */
    private boolean runOne(Task task) {
        AtomicBoolean first = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        Runnable done = () -> {
            if (ended.compareAndSet(false, true) && !first.compareAndSet(false, true)) {
                startWorker();
            }
        };
        try {
            task.run(done);
        } catch (Exception e) {
            LOG.warn("A handler failed: {}", e.toString());
            LOG.debug("A handler failed", e);
            done.run();
        }
        return !first.compareAndSet(false, true);
    }
}
