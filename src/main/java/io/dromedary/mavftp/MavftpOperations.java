package io.dromedary.mavftp;

import java.io.IOException;

import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.GenericFileOperations;

/** What Camel's file consumer does with the files of a vehicle: list, fetch, then remove or move. */
final class MavftpOperations implements GenericFileOperations<FtpEntry> {

    /** One operation of the client. */
    @FunctionalInterface
    private interface Action {
        void run(FtpClient client) throws IOException;
    }

    private final MavftpConsumer consumer;

    MavftpOperations(MavftpConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public GenericFile<FtpEntry> newGenericFile() {
        return new GenericFile<>();
    }

    @Override
    public void setEndpoint(GenericFileEndpoint<FtpEntry> endpoint) {
        // the consumer knows it
    }

    @Override
    public boolean deleteFile(String name) {
        try {
            consumer.client().remove(name).await();
            return true;
        } catch (FtpException e) {
            if (e.isNotFound()) {
                return false;
            }
            throw failed("Cannot remove " + name, e);
        } catch (IOException e) {
            throw failed("Cannot remove " + name, e);
        }
    }

    @Override
    public boolean existsFile(String name) {
        int slash = name.lastIndexOf('/');
        String only = name.substring(slash + 1);
        for (FtpEntry entry : listFiles(slash <= 0 ? "/" : name.substring(0, slash))) {
            if (entry.name().equals(only)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean renameFile(String from, String to) {
        return run("Cannot rename " + from + " to " + to, client -> client.rename(from, to).await());
    }

    @Override
    public boolean buildDirectory(String directory, boolean absolute) {
        return run("Cannot create directory " + directory, client -> {
            // each parent in turn; those that exist are no error
            for (int slash = directory.indexOf('/', 1); slash > 0; slash = directory.indexOf('/', slash + 1)) {
                create(client, directory.substring(0, slash));
            }
            create(client, directory);
        });
    }

    private static void create(FtpClient client, String directory) throws IOException {
        try {
            client.createDirectory(directory).await();
        } catch (FtpException e) {
            // servers disagree on the code for a directory that is there, so look
            if (!e.isExisting()) {
                client.list(directory).await();
            }
        }
    }

    @Override
    public boolean retrieveFile(String name, Exchange exchange, long size) {
        return consumer.retrieve(name, exchange);
    }

    @Override
    public void releaseRetrievedFileResources(Exchange exchange) {
        MavftpConsumer.release(exchange);
    }

    @Override
    public boolean storeFile(String name, Exchange exchange, long size) {
        throw new UnsupportedOperationException("use mavftp:put");
    }

    @Override
    public String getCurrentDirectory() {
        return "/";
    }

    @Override
    public void changeCurrentDirectory(String path) {
        // MAVLink FTP has no current directory; paths are whole
    }

    @Override
    public void changeToParentDirectory() {
        // as above
    }

    @Override
    public FtpEntry[] listFiles() {
        return listFiles("/");
    }

    @Override
    public FtpEntry[] listFiles(String path) {
        try {
            return consumer.client().list(path).await().value().toArray(FtpEntry[]::new);
        } catch (IOException e) {
            throw failed("Cannot list " + path, e);
        }
    }

    private boolean run(String what, Action action) {
        try {
            action.run(consumer.client());
            return true;
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    private static GenericFileOperationFailedException failed(String what, IOException cause) {
        return new GenericFileOperationFailedException(what + ": " + cause.getMessage(), cause);
    }
}
