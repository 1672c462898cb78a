package io.dromedary.mavftp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileConsumer;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.GenericFileProcessStrategy;
import org.apache.camel.support.LRUCacheFactory;

/**
 * Polls a directory of a vehicle. Each file is downloaded and checked before its exchange starts; the body is the local copy, which is
 * removed when the exchange is done.
 */
public class MavftpConsumer extends GenericFileConsumer<FtpEntry> {

    private static final int REMEMBERED_SIZES = 10_000;
    /** A vehicle without satellites or a battery-backed clock counts from 1970 or from its build date. */
    private static final Instant EARLIEST_BELIEVABLE = Instant.parse("2020-01-01T00:00:00Z");

    private record Seen(long size, Instant since) {
    }

    private final MavftpEndpoint files;
    private final Map<String, Seen> sizes = LRUCacheFactory.newLRUCache(REMEMBERED_SIZES);
    private VehicleFtp vehicle;

    MavftpConsumer(MavftpEndpoint endpoint, Processor processor, GenericFileProcessStrategy<FtpEntry> strategy) {
        super(endpoint, processor, null, strategy);
        this.files = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        vehicle = files.getComponent().connect(files.getVehicle());
        setOperations(new MavftpOperations(this));
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (vehicle != null) {
            files.getComponent().disconnect(vehicle);
            vehicle = null;
        }
    }

    FtpClient client() throws IOException {
        return vehicle.client();
    }

    @Override
    protected Exchange createExchange(GenericFile<FtpEntry> file) {
        Exchange exchange = createExchange(true);
        if (file != null) {
            file.bindToExchange(exchange);
        }
        return exchange;
    }

    @Override
    protected boolean pollDirectory(Exchange dynamic, String directory, List<GenericFile<FtpEntry>> found, int depth) {
        FtpEntry[] entries = operations.listFiles(directory);
        forceConsumerAsReady();
        for (FtpEntry entry : entries) {
            if (!canPollMoreFiles(found)) {
                return false;
            }
            String path = FtpNames.child(directory, entry.name());
            Supplier<GenericFile<FtpEntry>> file = () -> genericFile(path, entry);
            boolean wanted = entry.directory() ? endpoint.isRecursive() && depth + 1 < endpoint.getMaxDepth()
                    : depth + 1 >= endpoint.getMinDepth() && oldEnough(path, entry);
            if (wanted && isValidFile(dynamic, file, entry.name(), path, () -> relative(path), entry.directory(), entries)) {
                if (!entry.directory()) {
                    found.add(file.get());
                } else if (!pollDirectory(dynamic, path, found, depth + 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean oldEnough(String path, FtpEntry entry) {
        long minAge = files.getVehicle().getMinAge();
        if (minAge <= 0) {
            return true;
        }
        Instant now = Instant.now();
        Instant modified = entry.modified();
        if (modified != null && modified.isAfter(EARLIEST_BELIEVABLE) && modified.isBefore(now.plus(1, ChronoUnit.DAYS))) {
            return modified.plusMillis(minAge).isBefore(now);
        }
        Seen seen = sizes.compute(path, (p, before) -> before != null && before.size == entry.size() ? before : new Seen(entry.size(), now));
        return !seen.since.plusMillis(minAge).isAfter(now);
    }

    private GenericFile<FtpEntry> genericFile(String path, FtpEntry entry) {
        GenericFile<FtpEntry> file = new GenericFile<>();
        file.setEndpointPath(endpoint.getConfiguration().getDirectory());
        file.setFile(entry);
        file.setFileNameOnly(entry.name());
        file.setFileLength(entry.size());
        file.setDirectory(entry.directory());
        file.setLastModified(entry.modified() == null ? 0 : entry.modified().toEpochMilli());
        file.setAbsolute(path.startsWith("/"));
        file.setAbsoluteFilePath(path);
        file.setRelativeFilePath(relative(path));
        file.setFileName(relative(path));
        return file;
    }

    private String relative(String path) {
        String directory = endpoint.getConfiguration().getDirectory();
        return path.substring(directory.endsWith("/") ? directory.length() : directory.length() + 1);
    }

    @Override
    protected Supplier<String> getRelativeFilePath(String endpointPath, String path, String absolutePath, FtpEntry entry) {
        return () -> relative(absolutePath);
    }

    @Override
    protected boolean isMatched(Supplier<GenericFile<FtpEntry>> file, String doneFileName, FtpEntry[] entries) {
        return false;
    }

    @Override
    protected void updateFileHeaders(GenericFile<FtpEntry> file, Message message) {
        message.setHeader(FileConstants.FILE_LENGTH, file.getFileLength());
        message.setHeader(FileConstants.FILE_LAST_MODIFIED, file.getLastModified());
    }

    @Override
    protected boolean ignoreCannotRetrieveFile(String name, Exchange exchange, Exception cause) {
        // removed between listing and download: nothing is left to do
        return cause != null && cause.getCause() instanceof FtpException failure && failure.isNotFound();
    }

    /** Downloads a file to its place in the work directory and makes that the body. */
    boolean retrieve(String path, Exchange exchange) {
        try {
            Path local = MavftpComponent.workFile(files.getVehicle(), path);
            FtpResult<FtpTransfer> result = client().get(path, local, FtpTask.Priority.BULK, FtpProgress.NONE).await();
            files.getComponent().report(exchange.getIn(), "consume", result);
            GenericFile<?> file = (GenericFile<?>) exchange.getProperty(FileComponent.FILE_EXCHANGE_FILE);
            file.setFileLength(result.value().size());
            exchange.getIn().setHeader(FileConstants.FILE_LENGTH, result.value().size());
            exchange.getIn().setHeader(FileConstants.FILE_LOCAL_WORK_PATH, local.toString());
            exchange.getIn().setBody(local.toFile());
            return true;
        } catch (IOException e) {
            throw new GenericFileOperationFailedException("Cannot download " + path + ": " + e.getMessage(), e);
        }
    }

    /** Removes the local copy. */
    static void release(Exchange exchange) {
        String local = exchange.getIn().getHeader(FileConstants.FILE_LOCAL_WORK_PATH, String.class);
        if (local != null) {
            try {
                Files.deleteIfExists(Path.of(local));
            } catch (IOException e) {
                throw new GenericFileOperationFailedException("Cannot remove " + local, e);
            }
        }
    }
}
