package io.dromedary.oci;

/**
 * An artifact that was found: what a reference stands for at this moment. It holds no connection; {@link #open()} makes one, and may be
 * called again.
 */
public final class OciArtifact {

    private final RegistrySession session;
    private final OciReference reference;
    private final Digest manifestDigest;
    private final Manifest.Descriptor layer;
    private final BlobCache cache;

    /** @param cache may be null */
    OciArtifact(RegistrySession session, OciReference reference, Digest manifestDigest, Manifest.Descriptor layer, BlobCache cache) {
        this.cache = cache;
        this.session = session;
        this.reference = reference;
        this.manifestDigest = manifestDigest;
        this.layer = layer;
    }

    /** The reference that was resolved. */
    public OciReference reference() {
        return reference;
    }

    /** Digest of the image manifest (not of the index above it). */
    public String manifestDigest() {
        return manifestDigest.toString();
    }

    /** Digest of the content. */
    public String digest() {
        return layer.digest().toString();
    }

    /** Media type of the content as the manifest states it. */
    public String mediaType() {
        return layer.mediaType();
    }

    /** Size of the content in bytes; at least 1. */
    public long size() {
        return layer.size();
    }

    /** Asks for the content, which then streams, or takes it from the cache if there is one. The caller closes it. */
    public OciContent open() throws OciException {
        return cache == null ? fetch() : cache.open(layer.digest(), layer.size(), this::fetch);
    }

    private OciBlob fetch() throws OciException {
        OciBlob blob = new OciBlob(session, layer);
        blob.start();
        return blob;
    }

    @Override
    public String toString() {
        return reference + " (" + digest() + ", " + size() + " bytes)";
    }
}
