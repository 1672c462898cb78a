package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.dromedary.mavftp.FtpTask.Priority;

/**
 * Files of one vehicle component over MAVLink FTP. Most vehicles have one file session, so operations run one at a time on one thread,
 * the important ones first: a listing is not stuck behind a large download, which pauses and goes on. Methods return at once and may be
 * called from any thread; use one client per vehicle component and share it. Above 250 lines, since each operation is
 * a method of its own.
 */
public final class FtpClient implements AutoCloseable {

    private static final int MAX_WAITING = 1000;
    private static final long IDLE_WAIT_SECONDS = 1;
    private static final long CLOSE_LIMIT_MILLIS = 3000;

    private final PriorityBlockingQueue<FtpTask<?>> waiting = new PriorityBlockingQueue<>();
    private final Map<String, List<FtpTask<?>>> transfers = new ConcurrentHashMap<>();
    private final AtomicLong order = new AtomicLong();
    private final TransportChannel channel;
    private final FtpCaller caller;
    private final ThreadPoolExecutor disk;
    private final Thread thread;
    private final String vehicle;
    private volatile boolean closed;
    /** The download whose session a more important transfer may take; null while another session is in use, or none. */
    private FtpDownload suspendable;
    private boolean sessionInUse;

    /** A client of one component; 1 is the autopilot. */
    public FtpClient(FtpTransport transport, int system, int component, FtpOptions options) {
        if (system < 1 || system > 255 || component < 1 || component > 255) {
            // component 0 would be answered by every file server of the vehicle
            throw new IllegalArgumentException("system and component must be 1 to 255, not " + system + "/" + component);
        }
        vehicle = system + "/" + component;
        channel = new TransportChannel(transport, system, component);
        caller = new FtpCaller(channel, options, ThreadLocalRandom.current().nextInt(0x10000));
        disk = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), this::daemon);
        disk.allowCoreThreadTimeOut(true);
        thread = daemon(this::work);
        thread.start();
    }

    private Thread daemon(Runnable body) {
        Thread daemon = new Thread(body, "mavftp-" + vehicle);
        daemon.setDaemon(true);
        return daemon;
    }

    /** Lists a directory: all of its entries or a failure. */
    public FtpTask<List<FtpEntry>> list(String directory) {
        FtpNames.requirePath(directory);
        return submit(Priority.URGENT, false, FtpProgress.NONE, task -> new FtpListing(caller, task.control, directory).run());
    }

    /**
     * Downloads a file. The target appears when it is complete; an interrupted download leaves {@code <target>.part} and
     * {@code <target>.part.missing}, from which the next one to the same target goes on.
     */
    public FtpTask<FtpTransfer> get(String path, Path target, Priority priority, FtpProgress progress) {
        FtpNames.requirePath(path);
        return transfer(path, submit(priority, true, progress, task -> {
            try (PartialFile file = new PartialFile(target)) {
                FtpDownload download = new FtpDownload(caller, task.control, path, vehicle + " " + path, file, disk);
                FtpDownload outer = suspendable;
                suspendable = download;
                try {
                    FtpTransfer.Verification verification = download.run();
                    FtpTransfer transfer = new FtpTransfer(path, download.size(), verification);
                    task.complete(transfer);
                    return transfer;
                } finally {
                    suspendable = outer;
                    download.close();
                }
            }
        }));
    }

    /** Uploads a file over whatever has that path; its directory must exist. */
    public FtpTask<FtpTransfer> put(Path source, String path, FtpProgress progress) {
        FtpNames.requirePath(path);
        return transfer(path, submit(Priority.NORMAL, true, progress, task -> {
            FtpDownload outer = suspendable;
            suspendable = null;
            sessionInUse = true;
            try (FileChannel file = FileChannel.open(source)) {
                boolean verified = new FtpUpload(caller, task.control, file, path).run();
                return new FtpTransfer(path, file.size(), verified ? FtpTransfer.Verification.VERIFIED
                        : caller.options.verify() ? FtpTransfer.Verification.UNSUPPORTED : FtpTransfer.Verification.OFF);
            } finally {
                suspendable = outer;
                sessionInUse = false;
            }
        }));
    }

    /** Removes a file. */
    public FtpTask<Void> remove(String path) {
        return simple(FtpOpcode.REMOVE_FILE, "remove ", path);
    }

    /** Removes an empty directory. */
    public FtpTask<Void> removeDirectory(String path) {
        return simple(FtpOpcode.REMOVE_DIRECTORY, "remove directory ", path);
    }

    /** Creates a directory; its parent must exist. */
    public FtpTask<Void> createDirectory(String path) {
        return simple(FtpOpcode.CREATE_DIRECTORY, "create directory ", path);
    }

    /** Gives a file or directory another path. */
    public FtpTask<Void> rename(String from, String to) {
        byte[] first = FtpNames.requirePath(from);
        byte[] second = FtpNames.requirePath(to);
        if (first.length + 1 + second.length > FtpPayload.MAX_DATA) {
            throw new IllegalArgumentException("both paths of a rename must fit in " + (FtpPayload.MAX_DATA - 1) + " bytes");
        }
        byte[] both = java.util.Arrays.copyOf(first, first.length + 1 + second.length);
        System.arraycopy(second, 0, both, first.length + 1, second.length);
        return submit(Priority.URGENT, false, FtpProgress.NONE, task -> {
            once(FtpOpcode.RENAME, 0, both, "rename " + from + " to " + to, task.control);
            return null;
        });
    }

    /** Cuts a file to a length in bytes. Only PX4 knows this. */
    public FtpTask<Void> truncate(String path, long length) {
        byte[] bytes = FtpNames.requirePath(path);
        if (length < 0 || length > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("the length must be 0 to 2^32 - 1, not " + length);
        }
        return submit(Priority.URGENT, false, FtpProgress.NONE, task -> {
            once(FtpOpcode.TRUNCATE_FILE, length, bytes, "truncate " + path, task.control);
            return null;
        });
    }

    /** The CRC-32 of a file as the vehicle computes it, see {@link Crc32Mavlink}. */
    public FtpTask<Long> crc32(String path) {
        byte[] bytes = FtpNames.requirePath(path);
        return submit(Priority.URGENT, false, FtpProgress.NONE, task -> caller.call(
                FtpPayload.request(0, 0, FtpOpcode.CALC_FILE_CRC32, 0, bytes), "checksum of " + path, task.control,
                caller.options.checksumTimeout().toNanos(), TimeUnit.MILLISECONDS.toNanos(100)).dataAsU32());
    }

    /** Removes files one after the other; one that cannot be removed does not stop the rest. */
    public FtpTask<List<FtpRemoval>> removeAll(List<String> paths, FtpProgress progress) {
        paths.forEach(FtpNames::requirePath);
        List<String> copy = List.copyOf(paths);
        return submit(Priority.NORMAL, false, progress, task -> {
            List<FtpRemoval> results = new ArrayList<>();
            for (String path : copy) {
                task.control.yield();
                try {
                    once(FtpOpcode.REMOVE_FILE, 0, FtpNames.requirePath(path), "remove " + path, task.control);
                    results.add(new FtpRemoval(path, null));
                } catch (FtpException e) {
                    if (e.isTimeout()) {
                        throw e;
                    }
                    results.add(new FtpRemoval(path, e.getMessage()));
                }
                task.control.progress(results.size(), copy.size());
            }
            return results;
        });
    }

    private FtpTask<Void> simple(int opcode, String what, String path) {
        byte[] bytes = FtpNames.requirePath(path);
        return submit(Priority.URGENT, false, FtpProgress.NONE, task -> {
            once(opcode, 0, bytes, what + path, task.control);
            return null;
        });
    }

    /** A request that changes something. After a lost Ack the repetition finds the work done: that is success, not an error. */
    private void once(int opcode, long offset, byte[] data, String what, FtpControl control) throws IOException, InterruptedException {
        try {
            caller.call(opcode, 0, offset, data, what, control);
        } catch (FtpException e) {
            boolean done = opcode == FtpOpcode.CREATE_DIRECTORY ? e.isExisting() : e.isNotFound() && opcode != FtpOpcode.TRUNCATE_FILE;
            if (!e.retried() || !done) {
                throw e;
            }
        }
    }

    /** Cancels the transfers of a path that run or wait. @return whether there was one */
    public boolean cancel(String path) {
        boolean any = false;
        for (FtpTask<?> task : transfers.getOrDefault(path, List.of())) {
            task.cancel();
            any = true;
        }
        return any;
    }

    /** The transfers that run or wait. */
    List<RunningTransfer> running() {
        List<RunningTransfer> running = new ArrayList<>();
        transfers.forEach((path, tasks) -> tasks.forEach(task ->
                running.add(new RunningTransfer(vehicle, path, task.control.done(), task.control.total()))));
        return running;
    }

    private FtpTask<FtpTransfer> transfer(String path, FtpTask<FtpTransfer> task) {
        transfers.compute(path, (p, tasks) -> {
            List<FtpTask<?>> more = tasks == null ? new ArrayList<>() : new ArrayList<>(tasks);
            more.add(task);
            return more;
        });
        task.future().whenComplete((result, failure) -> transfers.computeIfPresent(path, (p, tasks) -> {
            List<FtpTask<?>> fewer = new ArrayList<>(tasks);
            fewer.remove(task);
            return fewer.isEmpty() ? null : fewer;
        }));
        return task;
    }

    private <T> FtpTask<T> submit(Priority priority, boolean needsSession, FtpProgress progress, FtpTask.Body<T> body) {
        FtpTask<T> task = new FtpTask<>(this, priority, order.incrementAndGet(), needsSession, progress, body);
        if (closed) {
            task.future().completeExceptionally(new IOException("the client is closed"));
        } else if (waiting.size() >= MAX_WAITING) {
            task.future().completeExceptionally(new FtpException(FtpError.FAIL, MAX_WAITING + " operations are waiting for vehicle "
                    + vehicle + " already"));
        } else {
            waiting.add(task);
            wake();
        }
        return task;
    }

    void wake() {
        channel.wake();
    }

    FtpStatistics statistics() {
        return caller.statistics();
    }

    /** Called by a running operation: runs waiting ones of higher priority. */
    boolean runUrgent(Priority running) throws IOException, InterruptedException {
        boolean any = false;
        while (true) {
            FtpTask<?> next = waiting.peek();
            if (next == null || next.priority.compareTo(running) >= 0 || next.needsSession && sessionInUse) {
                return any;
            }
            if (!waiting.remove(next)) {
                continue;
            }
            if (next.needsSession && suspendable != null) {
                suspendable.suspendSession();
            }
            next.run(caller);
            any = true;
        }
    }

    private void work() {
        try {
            while (!closed) {
                FtpTask<?> task = waiting.poll(IDLE_WAIT_SECONDS, TimeUnit.SECONDS);
                if (task != null) {
                    channel.clear();
                    task.run(caller);
                }
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            closed = true;
            failWaiting();
        }
    }

    private void failWaiting() {
        for (FtpTask<?> task = waiting.poll(); task != null; task = waiting.poll()) {
            task.future().completeExceptionally(new IOException("the client is closed"));
        }
    }

    /** Ends what runs, keeping partial downloads, and fails what waits. */
    @Override
    public void close() {
        closed = true;
        channel.wake();
        try {
            // a finished transfer may still be closing its session
            thread.join(Math.min(CLOSE_LIMIT_MILLIS, 200));
            thread.interrupt();
            thread.join(CLOSE_LIMIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
        disk.shutdown();
        failWaiting();
    }
}
