package io.dromedary.vantiq;

import java.nio.file.Path;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.component.vertx.common.VertxHelper;
import org.apache.camel.support.jsse.SSLContextParameters;

import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;

/**
 * The server of the Vantiq component: address, tokens, TLS, proxy and probe. These are options of the component only; none of them can stand in an
 * endpoint URI, because URIs are logged.
 */
public abstract class VantiqServerConfiguration extends DefaultComponent {

    @Metadata(label = "common",
              description = "The address of the Vantiq server, such as https://dev.vantiq.com. Without it the file server.config counts.")
    private String targetServer;
    @Metadata(label = "security", secret = true,
              description = "The access token. Without it the one of server.config counts, then fallbackToken.")
    private String authToken;
    @Metadata(label = "security", secret = true,
              description = "The access token when neither authToken nor server.config has one; the place for the environment variable CONNECTOR_AUTH_TOKEN.")
    private String fallbackToken;
    @Metadata(label = "common", defaultValue = ".",
              description = "The file server.config, or the directory in which serverConfig/server.config and server.config are looked for.")
    private String serverConfig = ".";
    @Metadata(label = "advanced", javaType = "java.time.Duration", defaultValue = "5000",
              description = "How often server.config is looked at for a new address or token; 0 never.")
    private long reloadInterval = 5000;
    @Metadata(label = "security", secret = true,
              description = "A secret sent with connectExtension, so that the server may end a half-open predecessor. Newer SDKs send one, 1.2.8 does not.")
    private String reconnectSecret;
    @Metadata(label = "advanced", defaultValue = "false",
              description = "Whether permessage-deflate is offered to the server.")
    private boolean compression;
    @Metadata(label = "health",
              description = "The port of the TCP probe. Without it the key of server.config counts, else 8000.")
    private String tcpProbePort;
    @Metadata(label = "health", defaultValue = "::",
              description = "The address the TCP probe listens on; :: is every address, as in the SDK.")
    private String tcpProbeAddress = "::";
    @Metadata(label = "health", defaultValue = "false",
              description = "Whether the TCP probe is open exactly while every source is connected.")
    private boolean probeFollowsSession;
    @Metadata(label = "health", defaultValue = "true",
              description = "Whether every source has a Camel health check.")
    private boolean healthCheckEnabled = true;
    @Metadata(label = "proxy",
              description = "The host of a proxy.")
    private String proxyHost;
    @Metadata(label = "proxy", defaultValue = "3128",
              description = "The port of the proxy.")
    private int proxyPort = 3128;
    @Metadata(label = "proxy", enums = "HTTP,SOCKS4,SOCKS5", defaultValue = "HTTP",
              description = "The kind of the proxy: HTTP (CONNECT), SOCKS4 or SOCKS5.")
    private String proxyType = "HTTP";
    @Metadata(label = "proxy",
              description = "The user at the proxy.")
    private String proxyUsername;
    @Metadata(label = "proxy", secret = true,
              description = "The password at the proxy.")
    private String proxyPassword;
    @Metadata(label = "security", description = "TLS: trusted authorities, client certificate, protocols. Without it the platform's authorities are trusted.")
    private SSLContextParameters sslContextParameters;
    @Metadata(label = "security", defaultValue = "false", description = "Whether the context's global TLS parameters are used.")
    private boolean useGlobalSslContextParameters;

    /** Where sessions find the server and the token. */
    VantiqTargets targets() {
        return new VantiqTargets(emptyToNull(targetServer), emptyToNull(authToken), emptyToNull(fallbackToken), Path.of(serverConfig));
    }

    /** How sockets are opened; {@code global} are the context's TLS parameters or null. */
    WebSocketClientOptions clientOptions(CamelContext context, SSLContextParameters global, int maxMessageSize) throws Exception {
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setMaxConnections(Integer.MAX_VALUE)
                .setMaxFrameSize(maxMessageSize)
                .setMaxMessageSize(maxMessageSize)
                .setClosingTimeout(1)
                .setTryUsePerMessageCompression(compression);
        options.setTcpNoDelay(true);
        SSLContextParameters tls = sslContextParameters != null ? sslContextParameters : global;
        if (tls != null) {
            VertxHelper.setupSSLOptions(context, tls, options);
            // The helper leaves options around a null where the parameters have no part; a connection then fails.
            if (tls.getKeyManagers() == null) {
                options.setKeyCertOptions(null);
            }
            if (tls.getTrustManagers() == null) {
                options.setTrustOptions(null);
            }
            // The helper turns TLS on for every connection; here the scheme of the address decides.
            options.setSsl(false);
        }
        if (proxyHost != null) {
            options.setProxyOptions(new ProxyOptions().setHost(proxyHost).setPort(proxyPort).setType(ProxyType.valueOf(proxyType))
                    .setUsername(proxyUsername).setPassword(proxyPassword));
        }
        return options;
    }

    private static String emptyToNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    public String getTargetServer() {
        return targetServer;
    }

    public void setTargetServer(String targetServer) {
        this.targetServer = targetServer;
    }

    public String getAuthToken() {
        return authToken;
    }

    public void setAuthToken(String authToken) {
        this.authToken = authToken;
    }

    public String getFallbackToken() {
        return fallbackToken;
    }

    public void setFallbackToken(String fallbackToken) {
        this.fallbackToken = fallbackToken;
    }

    public String getServerConfig() {
        return serverConfig;
    }

    public void setServerConfig(String serverConfig) {
        this.serverConfig = serverConfig;
    }

    public long getReloadInterval() {
        return reloadInterval;
    }

    public void setReloadInterval(long reloadInterval) {
        this.reloadInterval = reloadInterval;
    }

    public String getReconnectSecret() {
        return reconnectSecret;
    }

    public void setReconnectSecret(String reconnectSecret) {
        this.reconnectSecret = reconnectSecret;
    }

    public boolean isCompression() {
        return compression;
    }

    public void setCompression(boolean compression) {
        this.compression = compression;
    }

    public String getTcpProbePort() {
        return tcpProbePort;
    }

    public void setTcpProbePort(String tcpProbePort) {
        this.tcpProbePort = tcpProbePort;
    }

    public String getTcpProbeAddress() {
        return tcpProbeAddress;
    }

    public void setTcpProbeAddress(String tcpProbeAddress) {
        this.tcpProbeAddress = tcpProbeAddress;
    }

    public boolean isProbeFollowsSession() {
        return probeFollowsSession;
    }

    public void setProbeFollowsSession(boolean probeFollowsSession) {
        this.probeFollowsSession = probeFollowsSession;
    }

    public boolean isHealthCheckEnabled() {
        return healthCheckEnabled;
    }

    public void setHealthCheckEnabled(boolean healthCheckEnabled) {
        this.healthCheckEnabled = healthCheckEnabled;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public int getProxyPort() {
        return proxyPort;
    }

    public void setProxyPort(int proxyPort) {
        this.proxyPort = proxyPort;
    }

    public String getProxyType() {
        return proxyType;
    }

    public void setProxyType(String proxyType) {
        this.proxyType = proxyType;
    }

    public String getProxyUsername() {
        return proxyUsername;
    }

    public void setProxyUsername(String proxyUsername) {
        this.proxyUsername = proxyUsername;
    }

    public String getProxyPassword() {
        return proxyPassword;
    }

    public void setProxyPassword(String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
