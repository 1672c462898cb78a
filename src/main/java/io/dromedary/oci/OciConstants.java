package io.dromedary.oci;

import org.apache.camel.spi.Metadata;

/** Headers that the component {@code oci} reads and sets. */
public final class OciConstants {

    @Metadata(label = "producer", description = "The reference as it was resolved.", javaType = "String")
    public static final String REFERENCE = "CamelOciReference";

    @Metadata(label = "producer", description = "Digest of the image manifest.", javaType = "String")
    public static final String MANIFEST_DIGEST = "CamelOciManifestDigest";

    @Metadata(label = "producer", description = "Digest of the content.", javaType = "String")
    public static final String DIGEST = "CamelOciDigest";

    @Metadata(label = "producer", description = "Size of the content in bytes.", javaType = "Long")
    public static final String SIZE = "CamelOciSize";

    @Metadata(label = "producer", description = "Media type of the content as the manifest states it.", javaType = "String")
    public static final String MEDIA_TYPE = "CamelOciMediaType";

    private OciConstants() {
    }
}
