package io.dromedary.oci;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.oci.OciException.Kind;

/** What a manifest or an index says: OCI image manifest 1.1, OCI artifact manifest, OCI index, Docker schema 2 and its list. */
final class Manifest {

    static final List<String> MEDIA_TYPES = List.of("application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json", "application/vnd.oci.artifact.manifest.v1+json");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A blob or manifest that is pointed at. */
    record Descriptor(String mediaType, Digest digest, long size) {
    }

    private final JsonNode root;

    private Manifest(JsonNode root) {
        this.root = root;
    }

    static Manifest parse(byte[] content) throws OciException {
        try {
            JsonNode root = JSON.readTree(content);
            if (root != null && root.isObject()) {
                return new Manifest(root);
            }
        } catch (IOException e) {
            throw new OciException(Kind.INVALID_RESPONSE, "the manifest is not JSON", e);
        }
        throw new OciException(Kind.INVALID_RESPONSE, "the manifest is not a JSON object");
    }

    boolean isIndex() {
        return root.path("manifests").isArray();
    }

    /** The manifest of the first platform that the index has; the only manifest of an index with one. */
    Descriptor select(List<Platform> platforms) throws OciException {
        List<JsonNode> entries = new ArrayList<>();
        root.path("manifests").forEach(entries::add);
        for (Platform platform : platforms) {
            for (JsonNode entry : entries) {
                JsonNode of = entry.path("platform");
                if (platform.accepts(of.path("os").asText(), of.path("architecture").asText(), of.path("variant").asText(null))) {
                    return descriptor(entry);
                }
            }
        }
        if (entries.size() == 1) {
            return descriptor(entries.get(0));
        }
        throw new OciException(Kind.NO_PLATFORM, "the index has no manifest for " + platforms);
    }

    /** The largest layer, the first of equals. Media types are not looked at: what is stored is what is sent. */
    Descriptor largestLayer() throws OciException {
        JsonNode layers = root.path("layers").isArray() ? root.path("layers") : root.path("blobs");
        Optional<JsonNode> largest = Optional.empty();
        for (JsonNode layer : layers) {
            if (layer.path("size").asLong(0) > largest.map(l -> l.path("size").asLong(0)).orElse(0L)) {
                largest = Optional.of(layer);
            }
        }
        return descriptor(largest.orElseThrow(() -> new OciException(Kind.NO_LAYER, "no valid layers found in manifest")));
    }

    private static Descriptor descriptor(JsonNode node) throws OciException {
        Digest digest = Digest.parse(node.path("digest").asText("")).orElseThrow(
                () -> new OciException(Kind.INVALID_RESPONSE, "the manifest holds a malformed digest"));
        return new Descriptor(node.path("mediaType").asText(""), digest, node.path("size").asLong(-1));
    }
}
