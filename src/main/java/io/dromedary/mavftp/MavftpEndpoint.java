package io.dromedary.mavftp;

import org.apache.camel.Category;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Processor;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileConfiguration;
import org.apache.camel.component.file.GenericFileConsumer;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileProcessStrategy;
import org.apache.camel.component.file.GenericFileProducer;
import org.apache.camel.component.file.strategy.GenericFileDeleteProcessStrategy;
import org.apache.camel.component.file.strategy.GenericFileExpressionRenamer;
import org.apache.camel.component.file.strategy.GenericFileNoOpProcessStrategy;
import org.apache.camel.component.file.strategy.GenericFileRenameProcessStrategy;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;

/**
 * Transfer files from and to MAVLink vehicles such as PX4 and ArduPilot (MAVLink FTP).
 *
 * <p>A consumer polls the directory in the URI, like Camel's other file components. A producer runs the operation in the URI: list, get,
 * put, delete, delete-many, rename, mkdir, rmdir, truncate, crc, list-ulogs, list-error-logs, cancel.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "mavftp", extendsScheme = "file", title = "MAVLink FTP", syntax = "mavftp:operationOrDirectory",
        category = {Category.IOT, Category.FILE}, headersClass = MavftpConstants.class)
@Metadata(excludeProperties = "appendChars,readLock,readLockCheckInterval,readLockDeleteOrphanLockFiles,readLockIdempotentReleaseAsync,"
        + "readLockIdempotentReleaseAsyncPoolSize,readLockIdempotentReleaseDelay,readLockIdempotentReleaseExecutorService,"
        + "readLockLoggingLevel,readLockMarkerFile,readLockMinAge,readLockMinLength,readLockRemoveOnCommit,readLockRemoveOnRollback,"
        + "readLockTimeout,directoryMustExist,extendedAttributes,probeContentType,startingDirectoryMustExist,"
        + "startingDirectoryMustHaveAccess,chmod,chmodDirectory,forceWrites,copyAndDeleteOnRenameFail,renameUsingCopy,synchronous,charset,"
        + "bufferSize,moveExisting,moveExistingFileStrategy,fileExist,fileName,flatten,jailStartingDirectory,tempFileName,tempPrefix,"
        + "keepLastModified,eagerDeleteTargetFile,allowNullBody,checksumFileAlgorithm,doneFileName,autoCreate,directoryName,"
        + "localWorkDirectory,resumeStrategy,exclusiveReadLockStrategy,hiddenFilesEnabled,onCompletionExceptionHandler,includeHiddenFiles,includeHiddenDirs")
public class MavftpEndpoint extends GenericFileEndpoint<FtpEntry> {

    @UriPath(description = "A producer's operation or a consumer's directory, such as /fs/microsd/log.")
    @Metadata(required = true)
    private final String operationOrDirectory;
    @UriParam
    private final MavftpConfiguration vehicle;

    MavftpEndpoint(String uri, MavftpComponent component, String operationOrDirectory, MavftpConfiguration vehicle) {
        super(uri, component);
        this.operationOrDirectory = operationOrDirectory;
        this.vehicle = vehicle;
        GenericFileConfiguration files = new GenericFileConfiguration();
        files.setDirectory(operationOrDirectory.length() > 1 && operationOrDirectory.endsWith("/")
                ? operationOrDirectory.substring(0, operationOrDirectory.length() - 1) : operationOrDirectory);
        setConfiguration(files);
    }

    @Override
    public GenericFileConsumer<FtpEntry> createConsumer(Processor processor) throws Exception {
        FtpNames.requirePath(configuration.getDirectory());
        if (isDelete() && getMove() != null) {
            throw new IllegalArgumentException("You cannot set both delete=true and move options");
        }
        // as in Camel's other file components: noop implies idempotent
        if (isNoop() && !isIdempotentSet()) {
            setIdempotent(true);
        }
        if (isIdempotentSet() && Boolean.TRUE.equals(isIdempotent()) && idempotentRepository == null) {
            idempotentRepository = org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository.memoryIdempotentRepository(
                    DEFAULT_IDEMPOTENT_CACHE_SIZE);
        }
        MavftpConsumer consumer = new MavftpConsumer(this, processor, createGenericFileStrategy());
        consumer.setMaxMessagesPerPoll(getMaxMessagesPerPoll());
        consumer.setEagerLimitMaxMessagesPerPoll(isEagerMaxMessagesPerPoll());
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public GenericFileProducer<FtpEntry> createProducer() {
        return new MavftpProducer(this, MavftpProducer.operation(operationOrDirectory));
    }

    @Override
    public Exchange createExchange(GenericFile<FtpEntry> file) {
        Exchange exchange = createExchange();
        if (file != null) {
            file.bindToExchange(exchange);
        }
        return exchange;
    }

    @Override
    protected GenericFileProcessStrategy<FtpEntry> createGenericFileStrategy() {
        if (isDelete()) {
            GenericFileDeleteProcessStrategy<FtpEntry> strategy = new GenericFileDeleteProcessStrategy<>();
            strategy.setBeginRenamer(renamer(getPreMove()));
            strategy.setFailureRenamer(renamer(getMoveFailed()));
            return strategy;
        }
        if (isNoop() || getMove() != null || getPreMove() != null || getMoveFailed() != null) {
            GenericFileRenameProcessStrategy<FtpEntry> strategy = new GenericFileRenameProcessStrategy<>();
            strategy.setCommitRenamer(isNoop() ? null : renamer(getMove()));
            strategy.setBeginRenamer(renamer(getPreMove()));
            strategy.setFailureRenamer(renamer(getMoveFailed()));
            return strategy;
        }
        return new GenericFileNoOpProcessStrategy<>();
    }

    private static GenericFileExpressionRenamer<FtpEntry> renamer(Expression expression) {
        return expression == null ? null : new GenericFileExpressionRenamer<>(expression);
    }

    @Override
    public MavftpComponent getComponent() {
        return (MavftpComponent) super.getComponent();
    }

    @Override
    public String getScheme() {
        return "mavftp";
    }

    @Override
    public char getFileSeparator() {
        return '/';
    }

    @Override
    public boolean isAbsolute(String name) {
        return name.startsWith("/");
    }

    public String getOperationOrDirectory() {
        return operationOrDirectory;
    }

    public MavftpConfiguration getVehicle() {
        return vehicle;
    }
}
