package io.dromedary.oci;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

import io.dromedary.oci.OciException.Kind;

/** Says in one sentence why a registry did not give what it was asked for, and by which web proxy it was asked. */
final class RegistryFailures {

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final RegistrySettings settings;
    private final OciReference reference;

    RegistryFailures(RegistrySettings settings, OciReference reference) {
        this.settings = settings;
        this.reference = reference;
    }

    /** It did not answer; says what it did instead. */
    OciException unavailable(URI uri, String what, IOException cause) {
        return new OciException(Kind.REGISTRY_UNAVAILABLE, "registry " + reference.registry() + " " + what
                + proxy(uri).map(name -> " through the web proxy" + name).orElse(""), cause);
    }

    /** It answered with a status that is no success. */
    OciException refused(String method, String path, int status) {
        Kind kind = switch (status) {
            case RegistrySession.UNAUTHORIZED -> Kind.UNAUTHORIZED;
            case FORBIDDEN -> Kind.DENIED;
            case NOT_FOUND -> Kind.NOT_FOUND;
            case RegistrySession.TOO_MANY -> Kind.RATE_LIMITED;
            case RegistrySession.REQUEST_TIMEOUT -> Kind.TIMEOUT;
            default -> status >= RegistrySession.SERVER_ERROR ? Kind.REGISTRY_UNAVAILABLE : Kind.INVALID_RESPONSE;
        };
        return new OciException(kind, "registry " + reference.registry() + " answered " + status + " to " + method + " "
                + (reference.repository() + " " + path).trim());
    }

    /** The way there was barred. */
    OciException refusedByProxy(URI uri) {
        return new OciException(Kind.UNAUTHORIZED, "registry " + reference.registry() + " is not reached: the web proxy" + proxy(uri).orElse("")
                + " asks for a user name and a password, or for others (407)");
    }

    private Optional<String> proxy(URI uri) {
        return Optional.ofNullable(settings.proxies()).flatMap(all -> all.name(uri)).map(name -> " " + name);
    }
}
