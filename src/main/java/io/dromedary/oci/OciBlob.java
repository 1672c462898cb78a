package io.dromedary.oci;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import io.dromedary.oci.OciException.Kind;

/**
 * The content of an artifact as a stream. A broken connection is taken up again at the missing byte (HTTP range requests), as long as
 * new bytes keep coming within the resume timeout. The read that would return the last byte checks the digest first: who has the last
 * byte has the right bytes. Nothing is held but what the caller has not read yet.
 */
public final class OciBlob extends OciContent {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Duration RESUME_DELAY = Duration.ofMillis(250);

    private final RegistrySession session;
    private final Manifest.Descriptor layer;
    private final MessageDigest hash;
    private ResponseBody body;
    private long position;
    private boolean ranges = true;
    private int resumes;
    private long lastProgress = System.nanoTime();
    private OciException mismatch;

    OciBlob(RegistrySession session, Manifest.Descriptor layer) {
        this.session = session;
        this.layer = layer;
        this.hash = layer.digest().function();
    }

    @Override
    public long size() {
        return layer.size();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public int resumes() {
        return resumes;
    }

    /**
     * Opens the content for the first time. A connection that breaks right behind the head of the answer can look as if there had
     * been no answer: that is left to the resuming reads.
     */
    void start() throws OciException {
        try {
            open();
        } catch (OciException e) {
            boolean broken = e.kind() == Kind.REGISTRY_UNAVAILABLE && e.getCause() instanceof IOException
                    && !(e.getCause() instanceof ConnectException) && !(e.getCause() instanceof SSLException);
            if (!broken) {
                throw e;
            }
        }
    }

    private void open() throws OciException {
        if (position == 0 || !ranges) {
            open(Map.of());
            return;
        }
        try {
            open(Map.of("Range", "bytes=" + position + "-"));
        } catch (OciException e) {
            if (e.kind() != Kind.INVALID_RESPONSE) {
                throw e;
            }
            // A registry that cannot send the rest can perhaps send the whole again.
            ranges = false;
            open(Map.of());
        }
    }

    private void open(Map<String, String> headers) throws OciException {
        HttpResponse<ResponseBody> response = session.send("GET", "blobs/" + layer.digest(), headers);
        boolean accepted = false;
        try {
            check(response);
            accepted = true;
        } finally {
            if (!accepted) {
                response.body().close();
            }
        }
        body = response.body();
    }

    private void check(HttpResponse<ResponseBody> response) throws OciException {
        String stated = response.headers().firstValue("docker-content-digest").orElse(layer.digest().toString());
        if (!stated.equals(layer.digest().toString())) {
            throw new OciException(Kind.DIGEST_MISMATCH, "the registry offers " + stated + " instead of " + layer.digest());
        }
        long start = 0;
        if (response.statusCode() == RegistrySession.PARTIAL) {
            Matcher range = CONTENT_RANGE.matcher(response.headers().firstValue("content-range").orElse(""));
            start = range.matches() ? Long.parseLong(range.group(1)) : -1;
        }
        if (start != 0 && start != position) {
            throw new OciException(Kind.INVALID_RESPONSE, "the registry answers another range than byte " + position + " on");
        }
        long length = response.headers().firstValueAsLong("content-length").orElse(layer.size() - start);
        if (length != layer.size() - start) {
            throw new OciException(Kind.DIGEST_MISMATCH,
                    "the registry offers " + (length + start) + " bytes, the manifest says " + layer.size());
        }
        if (start < position) {
            skipTo(response.body());
        }
    }

    /** A registry without ranges sends everything again: what the caller has already is read and dropped. */
    private void skipTo(ResponseBody fresh) throws OciException {
        try {
            fresh.skipNBytes(position);
        } catch (IOException e) {
            throw new OciException(Kind.REGISTRY_UNAVAILABLE, "the connection broke again before byte " + position, e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (mismatch != null) {
            throw mismatch;
        }
        if (position == layer.size()) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(length, layer.size() - position);
        int count = readSome(target, offset, wanted);
        hash.update(target, offset, count);
        position += count;
        lastProgress = System.nanoTime();
        if (position == layer.size()) {
            verify();
        }
        return count;
    }

    private int readSome(byte[] target, int offset, int wanted) throws IOException {
        while (true) {
            try {
                if (body == null) {
                    open();
                    resumes++;
                }
                int count = body.read(target, offset, wanted);
                if (count >= 0) {
                    return count;
                }
                throw new EOFException("the registry ended the content after " + position + " of " + layer.size() + " bytes");
            } catch (IOException e) {
                close();
                awaitAnotherTry(e);
            }
        }
    }

    private void awaitAnotherTry(IOException failure) throws OciException {
        boolean hopeless = failure instanceof OciException known && !known.isTemporary();
        if (hopeless) {
            throw (OciException) failure;
        }
        if (System.nanoTime() - lastProgress > session.settings().resumeTimeout().toNanos()) {
            Kind kind = failure instanceof OciException known ? known.kind() : Kind.REGISTRY_UNAVAILABLE;
            throw new OciException(kind, "gave up after " + session.settings().resumeTimeout().toSeconds() + " s without a new byte, at byte "
                    + position + " of " + layer.size() + ": " + failure.getMessage(), failure);
        }
        session.pause(RESUME_DELAY);
    }

    private void verify() throws OciException {
        close();
        if (!layer.digest().matches(hash.digest(), layer.digest().algorithm())) {
            mismatch = new OciException(Kind.DIGEST_MISMATCH, "the content received does not have the digest " + layer.digest());
            throw mismatch;
        }
    }

    @Override
    public void close() {
        if (body != null) {
            body.close();
            body = null;
        }
    }
}
