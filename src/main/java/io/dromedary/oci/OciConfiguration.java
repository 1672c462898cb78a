package io.dromedary.oci;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** Options that an endpoint of the component {@code oci} may have. */
@UriParams
public class OciConfiguration implements Cloneable {

    /** What the producer does with an artifact. */
    public enum Operation {
        /** Sets the headers; the body stays. */
        resolve,
        /** Sets the headers and the body: an artifact whose content streams, verified, when it is read. */
        fetch
    }

    @UriParam(defaultValue = "fetch", description = "What to do: resolve only looks the artifact up and sets the headers; fetch also opens its content, "
            + "which then streams when it is read and is verified against its digest.")
    private Operation operation = Operation.fetch;
    @UriParam(defaultValue = "false", description = "Ignores tag and digest of the reference and always asks for the tag latest.")
    private boolean alwaysLatest;
    @UriParam(description = "Platforms to look for in an index, comma-separated as os/architecture[/variant], the preferred one first. "
            + "The default is WebAssembly, then the platform of this process.", defaultValue = "wasip1/wasm,wasi/wasm,js/wasm")
    private String platforms;
    @UriParam(description = "Registry (host[:port]) of references whose first part cannot be a host. Without it such references are taken literally.")
    private String defaultRegistry;

    /** A copy that can be changed on its own. */
    public OciConfiguration copy() {
        try {
            return (OciConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public Operation getOperation() {
        return operation;
    }

    public void setOperation(Operation operation) {
        this.operation = operation;
    }

    public boolean isAlwaysLatest() {
        return alwaysLatest;
    }

    public void setAlwaysLatest(boolean alwaysLatest) {
        this.alwaysLatest = alwaysLatest;
    }

    public String getPlatforms() {
        return platforms;
    }

    public void setPlatforms(String platforms) {
        this.platforms = platforms;
    }

    public String getDefaultRegistry() {
        return defaultRegistry;
    }

    public void setDefaultRegistry(String defaultRegistry) {
        this.defaultRegistry = defaultRegistry;
    }
}
