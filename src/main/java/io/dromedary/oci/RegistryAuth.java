package io.dromedary.oci;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.oci.OciException.Kind;

/**
 * Turns a registry's challenge into an {@code Authorization} header, as the token specification of the distribution registry has it.
 * The first request of a transfer carries nothing.
 */
final class RegistryAuth {

    static final int MAX_TOKEN_BYTES = 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Asks a token service. */
    interface TokenService {
        byte[] fetch(URI uri, String authorization) throws IOException;
    }

    private final RegistrySettings settings;
    private final OciReference reference;
    private volatile String header;

    RegistryAuth(RegistrySettings settings, OciReference reference) {
        this.settings = settings;
        this.reference = reference;
    }

    /** The header to send, or null. */
    String header() {
        return header;
    }

    /** Learns the header from the challenges of a 401, or says why it cannot. */
    void answer(List<String> headers, TokenService tokens) throws OciException {
        Challenge challenge = Challenge.best(headers).orElseThrow(() -> new OciException(Kind.UNAUTHORIZED,
                "registry " + reference.registry() + " answered 401 without a challenge that is understood"));
        header = challenge.scheme().equals("basic") ? basic() : bearer(challenge.parameters(), tokens);
    }

    private boolean mayShowCredentials() {
        return settings.credentials().belongTo(reference.apiHost());
    }

    /** Whether there is anything to show to this registry. */
    boolean hasCredentials() {
        return mayShowCredentials() && (settings.credentials().hasPassword() || settings.credentials().hasToken());
    }

    private String basic() throws OciException {
        RegistryCredentials credentials = settings.credentials();
        if (!mayShowCredentials() || !credentials.hasPassword()) {
            throw new OciException(Kind.UNAUTHORIZED, "registry " + reference.registry() + " asks for a user name and a password; none are configured for it");
        }
        return credentials.basic();
    }

    private String bearer(Map<String, String> parameters, TokenService tokens) throws OciException {
        RegistryCredentials credentials = settings.credentials();
        boolean withPassword = mayShowCredentials() && credentials.hasPassword();
        if (!withPassword && mayShowCredentials() && credentials.hasToken()) {
            return "Bearer " + credentials.token();
        }
        URI realm = realm(parameters.get("realm"));
        try {
            JsonNode answer = JSON.readTree(tokens.fetch(tokenUri(realm, parameters), withPassword ? credentials.basic() : null));
            // Where both are there and differ, the clients that registries are made for take this one.
            String access = answer.path("access_token").asText("");
            String token = access.isEmpty() ? answer.path("token").asText("") : access;
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new OciException(Kind.INVALID_RESPONSE, "the token service of " + reference.registry() + " answered without a token");
            }
            return "Bearer " + token;
        } catch (OciException e) {
            throw e;
        } catch (IOException e) {
            throw new OciException(Kind.INVALID_RESPONSE, "the token service of " + reference.registry() + " answered with something that is not JSON", e);
        }
    }

    private URI realm(String text) throws OciException {
        URI realm;
        try {
            realm = URI.create(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw new OciException(Kind.INVALID_RESPONSE, "registry " + reference.registry() + " names a malformed token service", e);
        }
        if (!settings.allows(realm)) {
            throw new OciException(Kind.INVALID_RESPONSE, "registry " + reference.registry()
                    + " names a token service that is neither https nor allowed over plain http");
        }
        return realm;
    }

    private URI tokenUri(URI realm, Map<String, String> parameters) {
        String scope = parameters.getOrDefault("scope", reference.repository().isEmpty() ? "" : "repository:" + reference.repository() + ":pull");
        // One parameter for each scope, as the token specification has it.
        String query = Stream.concat(Stream.ofNullable(parameters.get("service")).map(service -> "service=" + encode(service)),
                Arrays.stream(scope.split(" +")).filter(each -> !each.isEmpty()).map(each -> "scope=" + encode(each))).collect(Collectors.joining("&"));
        return query.isEmpty() ? realm : URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
