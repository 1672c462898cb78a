package io.dromedary.propeller;

import java.util.List;
import java.util.function.UnaryOperator;

import io.dromedary.oci.WebProxies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Web proxies for http and https, and the hosts that need none; empty texts where there are none. They come from the variables that most
 * programs know, the reference among them.
 */
public record WayOut(String http, String https, String direct) {

    private static final Logger LOG = LoggerFactory.getLogger(WayOut.class);
    private static final List<String> HTTP = List.of("HTTP_PROXY", "http_proxy");
    private static final List<String> HTTPS = List.of("HTTPS_PROXY", "https_proxy");

    /** Reads the variables; those that cannot be understood too. */
    public static WayOut of(UnaryOperator<String> variable) {
        ProxyVariables variables = new ProxyVariables(variable, List.of());
        return new WayOut(variables.text(HTTP.toArray(String[]::new)), variables.text(HTTPS.toArray(String[]::new)), variables.text("NO_PROXY", "no_proxy"));
    }

    /** Whether a variable names a proxy. */
    static boolean isProxy(String name) {
        return HTTP.contains(name) || HTTPS.contains(name);
    }

    /** Whether a variable names a proxy that we cannot use. It is set for the whole machine, so it keeps nobody from trying us out there. */
    static boolean isUnusable(UnaryOperator<String> variable, String name) {
        if (isProxy(name)) {
            try {
                WebProxies.of(variable.apply(name), null, null);
            } catch (IllegalArgumentException e) {
                LOG.warn("{} is left out: {}", name, e.getMessage());
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "WayOut[hidden]";
    }
}
