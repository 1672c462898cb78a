package io.dromedary.oci;

import java.io.InputStream;

import org.apache.camel.Converter;

/** Lets every component that reads a stream read an artifact. */
@Converter(generateLoader = true)
public final class OciConverter {

    private OciConverter() {
    }

    /** Opens the content; reading it to the end verifies it. */
    @Converter
    public static InputStream toInputStream(OciArtifact artifact) throws OciException {
        return artifact.open();
    }
}
