package io.dromedary.propeller;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dromedary.oci.OciArtifact;
import io.dromedary.oci.OciContent;
import io.dromedary.oci.OciException;

/**
 * Cuts artifacts into chunk messages, exactly as the original writes them:
 * {@code {"app_name":"…","chunk_idx":0,"total_chunks":10,"data":"<base64>"}}. All chunks but the last have the chunk size.
 */
public final class Chunker {

    private static final byte[] END = {'"', '}'};

    private final ChunkBuffers buffers;

    /** Cuts with so many message buffers kept for the next chunk. */
    public Chunker(int keptBuffers) {
        buffers = new ChunkBuffers(keptBuffers);
    }

    /**
     * Opens an artifact and cuts it while it arrives; never more than one chunk is held. The last chunk comes out only after the whole
     * content has been verified. Ends early when the transfer is over for another reason.
     *
     * @throws IOException if the registry refuses the content
     */
    public Iterator<Chunk> split(OciArtifact artifact, Transfer transfer) throws IOException {
        return new Chunks(artifact.open(), transfer, buffers);
    }

    private static final class Chunks implements Iterator<Chunk>, Closeable {

        private final OciContent blob;
        private final Transfer transfer;
        private final ChunkBuffers buffers;
        private final byte[] data;
        private final String start;
        private int next;
        private boolean broken;

        Chunks(OciContent blob, Transfer transfer, ChunkBuffers buffers) {
            this.blob = blob;
            this.transfer = transfer;
            this.buffers = buffers;
            this.data = new byte[(int) Math.min(transfer.getChunkSize(), blob.size())];
            this.start = "{\"app_name\":\"" + new String(JsonStringEncoder.getInstance().quoteAsString(transfer.getAppName())) + "\",\"chunk_idx\":";
        }

        @Override
        public boolean hasNext() {
            return !broken && next < transfer.getTotalChunks() && !transfer.isOver();
        }

        @Override
        public Chunk next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                if (transfer.isCancelled()) {
                    throw new OciException(OciException.Kind.CLOSED, Failure.STOPPING);
                }
                int size = (int) Math.min(data.length, blob.size() - blob.position());
                if (blob.readNBytes(data, 0, size) != size) {
                    throw new EOFException("the content ended early");
                }
                transfer.resumed(blob.resumes());
                Chunk chunk = new Chunk(transfer, next, size, message(size), buffers);
                next++;
                return chunk;
            } catch (IOException e) {
                // The splitter goes on to the end to release what it has, also after a failure: that must not fetch the rest.
                broken = true;
                throw new UncheckedIOException(e);
            }
        }

        private ByteBuffer message(int size) {
            byte[] head = (start + next + ",\"total_chunks\":" + transfer.getTotalChunks() + ",\"data\":\"").getBytes(StandardCharsets.UTF_8);
            int end = head.length + FastBase64.length(size);
            byte[] message = buffers.take(end + END.length);
            System.arraycopy(head, 0, message, 0, head.length);
            FastBase64.encode(data, size, message, head.length);
            System.arraycopy(END, 0, message, end, END.length);
            return ByteBuffer.wrap(message, 0, end + END.length);
        }

        @Override
        public void close() throws IOException {
            transfer.fetched();
            blob.close();
        }
    }
}
