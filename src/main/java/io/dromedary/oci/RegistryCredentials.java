package io.dromedary.oci;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What to show to one registry, and to no other host. {@link #toString()} hides the secrets.
 *
 * @param registry host[:port] that the credentials belong to, without scheme
 * @param username user name, or null
 * @param password password, or null
 * @param token    access token sent as Bearer, used when user name or password is missing; or null
 */
public record RegistryCredentials(String registry, String username, String password, String token) {

    /** No credentials for anybody. */
    public static final RegistryCredentials ANONYMOUS = new RegistryCredentials(null, null, null, null);

    /** Whether these credentials may be shown to the host. */
    boolean belongTo(String apiHost) {
        return registry != null && !registry.isEmpty() && OciReference.apiHost(registry).equals(apiHost);
    }

    boolean hasPassword() {
        return isSet(username) && isSet(password);
    }

    boolean hasToken() {
        return isSet(token);
    }

    String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }

    @Override
    public String toString() {
        return "RegistryCredentials[" + registry + (hasPassword() ? ", password" : hasToken() ? ", token" : ", none") + "]";
    }
}
