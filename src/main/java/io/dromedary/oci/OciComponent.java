package io.dromedary.oci;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Reads artifacts from OCI registries. Credentials are options of the component, so that they appear in no URI. */
@Component("oci")
public class OciComponent extends DefaultComponent {

    @Metadata(description = "Options that endpoints start from.")
    private OciConfiguration configuration = new OciConfiguration();
    @Metadata(description = "Registry (host[:port], without scheme) that the credentials are for. No other host ever sees them.")
    private String registry;
    @Metadata(label = "security", secret = true, description = "User name for the registry.")
    private String username;
    @Metadata(label = "security", secret = true, description = "Password for the registry.")
    private String password;
    @Metadata(label = "security", secret = true, description = "Access token for the registry, used when user name or password is missing.")
    private String token;
    @Metadata(label = "security", description = "Registries (host[:port], comma-separated) that are asked over http. All others are asked over https only.")
    private String plainHttp;
    @Metadata(label = "security", description = "PEM file with the certificates to trust instead of the Java platform's own.")
    private String caCertificates;
    @Metadata(label = "proxy", secret = true, description = "Web proxy of registries that are asked over http, as [user:password@]host[:port].")
    private String httpProxy;
    @Metadata(label = "proxy", secret = true, description = "Web proxy of registries that are asked over https, as [user:password@]host[:port].")
    private String httpsProxy;
    @Metadata(label = "proxy", description = "Hosts, domains and networks that are asked without a web proxy, comma-separated.")
    private String noProxy;
    @Metadata(description = "Longest wait for a connection.", javaType = "java.time.Duration", defaultValue = "10s")
    private long connectTimeout = 10_000;
    @Metadata(description = "Longest wait for an answer, and longest silence inside a blob.", javaType = "java.time.Duration", defaultValue = "30s")
    private long readTimeout = 30_000;
    @Metadata(description = "How long a cut blob is tried again without a single new byte.", javaType = "java.time.Duration", defaultValue = "60s")
    private long resumeTimeout = 60_000;
    @Metadata(description = "Largest content in bytes that is fetched.", defaultValue = "17179869184")
    private long maxArtifactBytes = RegistrySettings.DEFAULT_MAX_ARTIFACT_BYTES;
    @Metadata(description = "Folder that keeps contents by digest, so that each is fetched once; several instances may share it. None: everything is streamed "
            + "from the registry each time.")
    private String cacheDirectory;
    @Metadata(description = "Bytes of all contents in the cache directory; those not used for longest make room.", defaultValue = "10737418240")
    private long cacheMaxBytes = 10L << 30;
    private volatile OciRegistry client;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        OciEndpoint endpoint = new OciEndpoint(uri, this, remaining, configuration.copy());
        setProperties(endpoint, parameters);
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        client = new OciRegistry(registrySettings(), cacheDirectory == null || cacheDirectory.isBlank() ? null : Path.of(cacheDirectory), cacheMaxBytes);
    }

    /**
     * What this component's client is made with.
     *
     * @throws IllegalArgumentException if a web proxy or the file of certificates cannot be used
     */
    public RegistrySettings registrySettings() {
        RegistrySettings defaults = RegistrySettings.defaults();
        return defaults.with(new RegistryCredentials(registry, username, password, token))
                .withPlainHttp(plainHttp == null ? Set.of() : Arrays.stream(plainHttp.split(",")).collect(Collectors.toSet()))
                .withTls(caCertificates == null || caCertificates.isBlank() ? null : PemTrust.in(Path.of(caCertificates)))
                .withProxies(WebProxies.of(httpProxy, httpsProxy, noProxy).orElse(null))
                .withTimes(Duration.ofMillis(connectTimeout), Duration.ofMillis(readTimeout), defaults.retryDelays(), Duration.ofMillis(resumeTimeout))
                .withLimits(defaults.maxManifestBytes(), maxArtifactBytes);
    }

    @Override
    protected void doStop() throws Exception {
        if (client != null) {
            client.close();
            client = null;
        }
        super.doStop();
    }

    /** The client that all endpoints share while the component runs. */
    OciRegistry registry() throws OciException {
        OciRegistry running = client;
        if (running == null) {
            throw new OciException(OciException.Kind.CLOSED, "the oci component is stopped");
        }
        return running;
    }

    public OciConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(OciConfiguration configuration) {
        this.configuration = configuration;
    }

    public String getRegistry() {
        return registry;
    }

    public void setRegistry(String registry) {
        this.registry = registry;
    }

    public String getUsername() {
        return username;
    }

    public void setUsername(String username) {
        this.username = username;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public String getToken() {
        return token;
    }

    public void setToken(String token) {
        this.token = token;
    }

    public String getPlainHttp() {
        return plainHttp;
    }

    public void setPlainHttp(String plainHttp) {
        this.plainHttp = plainHttp;
    }

    public String getCaCertificates() {
        return caCertificates;
    }

    public void setCaCertificates(String caCertificates) {
        this.caCertificates = caCertificates;
    }

    public String getHttpProxy() {
        return httpProxy;
    }

    public void setHttpProxy(String httpProxy) {
        this.httpProxy = httpProxy;
    }

    public String getHttpsProxy() {
        return httpsProxy;
    }

    public void setHttpsProxy(String httpsProxy) {
        this.httpsProxy = httpsProxy;
    }

    public String getNoProxy() {
        return noProxy;
    }

    public void setNoProxy(String noProxy) {
        this.noProxy = noProxy;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getReadTimeout() {
        return readTimeout;
    }

    public void setReadTimeout(long readTimeout) {
        this.readTimeout = readTimeout;
    }

    public long getResumeTimeout() {
        return resumeTimeout;
    }

    public void setResumeTimeout(long resumeTimeout) {
        this.resumeTimeout = resumeTimeout;
    }

    public long getMaxArtifactBytes() {
        return maxArtifactBytes;
    }

    public void setMaxArtifactBytes(long maxArtifactBytes) {
        this.maxArtifactBytes = maxArtifactBytes;
    }

    public String getCacheDirectory() {
        return cacheDirectory;
    }

    public void setCacheDirectory(String cacheDirectory) {
        this.cacheDirectory = cacheDirectory;
    }

    public long getCacheMaxBytes() {
        return cacheMaxBytes;
    }

    public void setCacheMaxBytes(long cacheMaxBytes) {
        this.cacheMaxBytes = cacheMaxBytes;
    }
}
