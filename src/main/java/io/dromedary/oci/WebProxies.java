package io.dromedary.oci;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which requests go through a web proxy: one for https, one for http, and {@link DirectHosts} that need none. A proxy is written as
 * {@code [http://][user:password@]host[:port]}, its port is 80 unless given, and its user is authenticated by Basic. As in the standard
 * library of the reference's language, from which these rules are.
 */
public final class WebProxies extends ProxySelector {

    private static final int DEFAULT_PORT = 80;

    private final Way http;
    private final Way https;
    private final DirectHosts direct;

    /** One proxy; the authorization is null where it asks for none. */
    private record Way(InetSocketAddress address, String authorization) {
    }

    private WebProxies(Way http, Way https, DirectHosts direct) {
        this.http = http;
        this.https = https;
        this.direct = direct;
    }

    /**
     * Reads the three texts; each may be null or empty.
     *
     * @param  http                     proxy of requests over http
     * @param  https                    proxy of requests over https
     * @param  direct                   hosts that need none, see {@link DirectHosts}
     * @return nothing if there is no proxy; the Java platform's own settings then hold
     * @throws IllegalArgumentException if a proxy cannot be understood; says so without its user and password
     */
    public static Optional<WebProxies> of(String http, String https, String direct) {
        Way forHttp = way(http);
        Way forHttps = way(https);
        return forHttp == null && forHttps == null ? Optional.empty() : Optional.of(new WebProxies(forHttp, forHttps, new DirectHosts(direct)));
    }

    private static Way way(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String address = text.contains("://") ? text.trim() : "http://" + text.trim();
        try {
            URI uri = URI.create(address);
            if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
                String user = uri.getUserInfo();
                return new Way(InetSocketAddress.createUnresolved(DirectHosts.unbracketed(uri.getHost()), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort()),
                        user == null ? null : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IllegalArgumentException e) {
            // told below, without what may be a secret
        }
        throw new IllegalArgumentException("the web proxy '" + address.replaceFirst("//.*@", "//") + "' must be [http://][user:password@]host[:port]");
    }

    private Optional<Way> way(URI uri) {
        Way way = "https".equals(uri.getScheme().toLowerCase(Locale.ROOT)) ? https : http;
        return way == null || direct.contain(uri) ? Optional.empty() : Optional.of(way);
    }

    /** The value of {@code Proxy-Authorization} for a request, if its proxy wants one. */
    Optional<String> authorization(URI uri) {
        return way(uri).map(Way::authorization);
    }

    /** Host and port of the proxy of a request, if it has one. */
    Optional<String> name(URI uri) {
        return way(uri).map(way -> way.address().getHostString() + ":" + way.address().getPort());
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(way(uri).map(way -> new Proxy(Proxy.Type.HTTP, way.address())).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException reason) {
        // There is no other to turn to.
    }
}
