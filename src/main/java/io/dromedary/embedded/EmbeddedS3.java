package io.dromedary.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.BindException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;

import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 store (S3Proxy) inside this process, on the loopback interface: each bucket is a folder and each object a plain file.
 * It checks signatures; the credentials are made at the first start and kept in the data directory, readable by its owner only.
 * Clients use path-style addresses and no server-side encryption, and no object may be named like a prefix of another
 * ({@code a} beside {@code a/1}).
 */
public final class EmbeddedS3 implements EmbeddedServer {

    /** The port without configuration. */
    public static final int DEFAULT_PORT = 19000;

    /** The environment variable that chooses the port. */
    public static final String PORT_SETTING = "DROMEDARY_S3_PORT";

    /** The region that clients name; the store does not care. */
    public static final String REGION = "us-east-1";

    private static final String SERVICE = "S3 store";
    private static final int MAX_THREADS = 32;
    /** S3's own limit of one PUT, in bytes. */
    private static final long MAX_PUT_BYTES = 5L << 30;

    private final Path folder;
    private final LoopbackPort port;
    private final String bucket;
    private final Properties credentials = new Properties();
    private S3Proxy server;

    /** A store in the folder {@code s3} of a data directory, with one bucket made at start; port 0 means any free one. */
    public EmbeddedS3(DataDirectory data, int port, String bucket) {
        this.folder = data.folder("s3");
        this.port = new LoopbackPort(port, SERVICE, PORT_SETTING);
        this.bucket = bucket;
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public String address() {
        return port.address();
    }

    /** The bucket that exists after the start. */
    public String bucket() {
        return bucket;
    }

    /** The access key id; known after {@link #claim()}. */
    public String accessKey() {
        return credentials.getProperty("access-key");
    }

    /** The secret key; known after {@link #claim()}. Never log it. */
    public String secretKey() {
        return credentials.getProperty("secret-key");
    }

    @Override
    public synchronized void claim() {
        try {
            readOrMakeCredentials(folder.resolve("credentials.properties"));
        } catch (IOException e) {
            throw refused(e);
        }
        port.claim();
    }

    @Override
    public synchronized void start() {
        port.use(this::claim);
        try {
            Path objects = Files.createDirectories(folder.resolve("objects"));
            UnfinishedObjects.removeFrom(objects);
            FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(objects.toString());
            if (!store.containerExists(bucket)) {
                store.createContainer(bucket);
            }
            server = S3Proxy.builder().blobStore(store).endpoint(URI.create("http://" + port.address()))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey(), secretKey())
                    .maxSinglePartObjectSize(MAX_PUT_BYTES).jettyMaxThreads(MAX_THREADS).build();
            server.start();
        } catch (Exception e) {
            stop();
            throw e instanceof BindException || e.getCause() instanceof BindException ? port.taken(e) : refused(e);
        }
    }

    private StartRefused refused(Exception e) {
        return new StartRefused("The embedded " + SERVICE + " cannot start on " + folder + ": " + e.getMessage(), e);
    }

    @Override
    public synchronized void stop() {
        if (server != null) {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException("The embedded " + SERVICE + " did not stop in order", e);
            } finally {
                server = null;
            }
        }
    }

    private void readOrMakeCredentials(Path file) throws IOException {
        if (!Files.exists(file)) {
            writeCredentials(file);
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            credentials.load(reader);
        }
        if (accessKey() == null || secretKey() == null) {
            throw new StartRefused("The file " + file + " lacks access-key or secret-key; delete it and new credentials are made.");
        }
    }

    private static void writeCredentials(Path file) throws IOException {
        Properties made = new Properties();
        made.setProperty("access-key", "DROMEDARY" + random(6).toUpperCase());
        made.setProperty("secret-key", random(20));
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        // Created with its permissions, so that no moment exists in which others could read it.
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (SeekableByteChannel channel = Files.newByteChannel(unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
                Writer writer = Channels.newWriter(channel, StandardCharsets.ISO_8859_1)) {
            made.store(writer, "Credentials of the embedded S3 store");
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String random(int bytes) {
        byte[] value = new byte[bytes];
        new SecureRandom().nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
