package io.dromedary.oci;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

import io.dromedary.oci.OciConfiguration.Operation;

/** Looks an artifact up and, for {@code fetch}, puts it into the body. */
public class OciProducer extends DefaultProducer {

    OciProducer(OciEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public OciEndpoint getEndpoint() {
        return (OciEndpoint) super.getEndpoint();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        OciEndpoint endpoint = getEndpoint();
        OciArtifact artifact = endpoint.getComponent().registry().resolve(endpoint.parsed(), endpoint.platforms());
        Message message = exchange.getMessage();
        message.setHeader(OciConstants.REFERENCE, artifact.reference().text());
        message.setHeader(OciConstants.MANIFEST_DIGEST, artifact.manifestDigest());
        message.setHeader(OciConstants.DIGEST, artifact.digest());
        message.setHeader(OciConstants.SIZE, artifact.size());
        message.setHeader(OciConstants.MEDIA_TYPE, artifact.mediaType());
        if (endpoint.getConfiguration().getOperation() == Operation.fetch) {
            // An artifact and not its stream: Camel's stream caching would copy a stream to memory or disk before the first reader.
            message.setBody(artifact);
        }
    }
}
