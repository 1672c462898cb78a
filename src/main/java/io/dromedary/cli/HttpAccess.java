package io.dromedary.cli;

import io.dromedary.admin.HttpGuard;
import io.dromedary.embedded.StartRefused;

/** Who may use the HTTP and the management server. */
final class HttpAccess {

    private HttpAccess() {
    }

    /** @throws StartRefused if others can reach the servers and nothing is asked of them */
    static HttpGuard guard(Settings settings) {
        String host = LauncherProperties.httpHost(settings);
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
        HttpGuard guard = new HttpGuard(settings.value("DROMEDARY_HTTP_TOKEN", ""), settings.value("DROMEDARY_HTTP_USERNAME", "admin"),
                settings.value("DROMEDARY_HTTP_PASSWORD", ""), loopback);
        if (!loopback && !guard.isLocked()) {
            throw new StartRefused("DROMEDARY_HTTP_HOST is " + host + ", where others can reach it; set DROMEDARY_HTTP_TOKEN or DROMEDARY_HTTP_PASSWORD.");
        }
        return guard;
    }
}
