package io.dromedary.oci;

import java.util.ArrayList;
import java.util.List;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Reads artifacts from OCI registries as verified, resumable streams.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "oci", title = "OCI", syntax = "oci:reference", producerOnly = true, remote = true,
             category = {Category.CONTAINER, Category.FILE}, headersClass = OciConstants.class)
public class OciEndpoint extends DefaultEndpoint {

    @UriPath(description = "The artifact: registry/repository[:tag][@digest].")
    @Metadata(required = true)
    private final String reference;
    @UriParam
    private final OciConfiguration configuration;

    OciEndpoint(String uri, OciComponent component, String reference, OciConfiguration configuration) {
        super(uri, component);
        this.reference = reference;
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        return new OciProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("oci: has no consumer; poll with a timer and operation=resolve to watch a tag");
    }

    @Override
    public OciComponent getComponent() {
        return (OciComponent) super.getComponent();
    }

    public String getReference() {
        return reference;
    }

    public OciConfiguration getConfiguration() {
        return configuration;
    }

    /** The reference as it is to be looked up. */
    OciReference parsed() throws OciException {
        OciReference parsed = OciReference.parse(reference, configuration.getDefaultRegistry());
        return configuration.isAlwaysLatest() ? parsed.latest() : parsed;
    }

    /** The platforms to look for in an index. */
    List<Platform> platforms() {
        List<Platform> platforms = new ArrayList<>();
        String wanted = configuration.getPlatforms();
        if (wanted == null || wanted.isBlank()) {
            platforms.addAll(List.of(new Platform("wasip1", "wasm", null), new Platform("wasi", "wasm", null), new Platform("js", "wasm", null)));
            platforms.add(Platform.current());
            return platforms;
        }
        for (String platform : wanted.split(",")) {
            platforms.add(Platform.parse(platform.trim()));
        }
        return platforms;
    }
}
