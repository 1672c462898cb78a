package io.dromedary.oci;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.dromedary.oci.OciException.Kind;

/**
 * The requests of one transfer to one registry: tries again, answers challenges and follows redirections. What it learns about
 * authentication is kept for this transfer only.
 */
final class RegistrySession {

    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_RETRY_AFTER_SECONDS = 60;
    private static final int OK = 200;
    static final int PARTIAL = 206;
    static final int UNAUTHORIZED = 401;
    private static final int PROXY_UNAUTHORIZED = 407;
    static final int REQUEST_TIMEOUT = 408;
    static final int TOO_MANY = 429;
    static final int SERVER_ERROR = 500;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    /** Part of a delay that chance adds or takes, so that many clients do not come back at the same moment. */
    private static final double JITTER = 0.1;

    private final RegistrySettings settings;
    private final HttpClient client;
    private final CountDownLatch closed;
    private final OciReference reference;
    private final RegistryAuth auth;
    private final RegistryFailures failures;

    RegistrySession(RegistrySettings settings, HttpClient client, CountDownLatch closed, OciReference reference) {
        this.settings = settings;
        this.client = client;
        this.closed = closed;
        this.reference = reference;
        this.auth = new RegistryAuth(settings, reference);
        this.failures = new RegistryFailures(settings, reference);
    }

    RegistrySettings settings() {
        return settings;
    }

    /** Sends a request below {@code /v2/<repository>/}; an answer other than 200, or 206 for a part, is an exception. */
    HttpResponse<ResponseBody> send(String method, String path, Map<String, String> headers) throws OciException {
        URI uri = URI.create(scheme() + "://" + reference.apiHost() + "/v2/" + reference.repository() + "/" + path);
        HttpResponse<ResponseBody> response = authorized(method, uri, headers);
        if (response.statusCode() != OK && response.statusCode() != PARTIAL) {
            response.body().drain();
            throw failures.refused(method, path, response.statusCode());
        }
        return response;
    }

    /** What the registry of the reference says of itself, whatever the repository. */
    OciRegistry.Status status() throws OciException {
        URI uri = URI.create(scheme() + "://" + reference.apiHost() + "/v2/");
        HttpResponse<ResponseBody> first = redirected("GET", uri, Map.of(), null);
        String version = first.headers().firstValue("docker-distribution-api-version").orElse(null);
        if (isChallenge(uri, first) && auth.hasCredentials()) {
            return new OciRegistry.Status(isTaken(uri, first), version);
        }
        first.body().drain();
        if (first.statusCode() != OK && !isChallenge(uri, first)) {
            throw failures.refused("GET", "/v2/", first.statusCode());
        }
        return new OciRegistry.Status(null, version);
    }

    private boolean isTaken(URI uri, HttpResponse<ResponseBody> challenge) throws OciException {
        try {
            HttpResponse<ResponseBody> response = answered("GET", uri, Map.of(), challenge);
            response.body().drain();
            return response.statusCode() == OK;
        } catch (OciException e) {
            if (e.kind() == Kind.UNAUTHORIZED) {
                return false;
            }
            throw e;
        }
    }

    private String scheme() {
        return settings.isPlainHttp(reference.apiHost()) ? "http" : "https";
    }

    private HttpResponse<ResponseBody> authorized(String method, URI uri, Map<String, String> headers) throws OciException {
        HttpResponse<ResponseBody> response = redirected(method, uri, headers, auth.header());
        return isChallenge(uri, response) ? answered(method, uri, headers, response) : response;
    }

    /** Whoever answers in the registry's place is not told who we are. */
    private static boolean isChallenge(URI asked, HttpResponse<?> response) {
        return response.statusCode() == UNAUTHORIZED && Redirection.stays(asked, response.uri());
    }

    private HttpResponse<ResponseBody> answered(String method, URI uri, Map<String, String> headers, HttpResponse<ResponseBody> challenge) throws OciException {
        challenge.body().drain();
        auth.answer(challenge.headers().allValues("www-authenticate"), this::fetchToken);
        return redirected(method, uri, headers, auth.header());
    }

    private byte[] fetchToken(URI uri, String authorization) throws IOException {
        HttpResponse<ResponseBody> response = redirected("GET", uri, Map.of(), authorization);
        if (response.statusCode() != OK) {
            response.body().close();
            throw response.statusCode() >= SERVER_ERROR ? failures.refused("GET", "the token service", response.statusCode())
                    : new OciException(Kind.UNAUTHORIZED, "the token service of " + reference.registry() + " answered " + response.statusCode());
        }
        return response.body().readAll(RegistryAuth.MAX_TOKEN_BYTES, "the token");
    }

    private HttpResponse<ResponseBody> redirected(String method, URI start, Map<String, String> headers, String authorization) throws OciException {
        URI uri = start;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            // Credentials are for the registry alone: another host, port or scheme never sees them.
            HttpResponse<ResponseBody> response = retried(method, uri, headers, Redirection.stays(start, uri) ? authorization : null);
            if (!REDIRECTIONS.contains(response.statusCode())) {
                return response;
            }
            response.body().drain();
            uri = target(uri, response.headers().firstValue("location").orElse(""));
        }
        throw new OciException(Kind.INVALID_RESPONSE, reference.registry() + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private URI target(URI from, String location) throws OciException {
        URI to;
        try {
            to = Redirection.target(from, location);
        } catch (IllegalArgumentException e) {
            throw new OciException(Kind.INVALID_RESPONSE, reference.registry() + " redirects to a malformed address", e);
        }
        if (location.isEmpty() || !settings.allows(to)) {
            throw new OciException(Kind.INVALID_RESPONSE, reference.registry()
                    + " redirects to an address that is neither https nor a registry allowed over plain http");
        }
        return to;
    }

    private HttpResponse<ResponseBody> retried(String method, URI uri, Map<String, String> headers, String authorization) throws OciException {
        for (int tries = 0;; tries++) {
            Duration delay = tries < settings.retryDelays().size() ? settings.retryDelays().get(tries) : null;
            try {
                HttpResponse<ResponseBody> response = once(method, uri, headers, authorization);
                int status = response.statusCode();
                if (delay == null || status != REQUEST_TIMEOUT && status != TOO_MANY && status < SERVER_ERROR) {
                    return response;
                }
                response.body().drain();
                pause(status == TOO_MANY ? retryAfter(response, delay) : delay);
            } catch (OciException e) {
                throw e;
            } catch (IOException e) {
                // What breaks right behind the head of an answer must not matter more than what breaks a moment later.
                if (delay == null) {
                    throw failures.unavailable(uri, e instanceof HttpConnectTimeoutException ? "does not accept a connection"
                            : "broke the connection (" + e.getMessage() + ")", e);
                }
                pause(delay);
            }
        }
    }

    private HttpResponse<ResponseBody> once(String method, URI uri, Map<String, String> headers, String authorization)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(settings.readTimeout())
                .method(method, HttpRequest.BodyPublishers.noBody()).header("User-Agent", "dromedary");
        headers.forEach(request::header);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (settings.proxies() != null) {
            settings.proxies().authorization(uri).ifPresent(value -> request.header("Proxy-Authorization", value));
        }
        try {
            HttpResponse<ResponseBody> response = client.send(request.build(), info -> new ResponseBody(settings.readTimeout()));
            if (response.statusCode() == PROXY_UNAUTHORIZED) {
                // There is no body when a tunnel was asked for.
                if (response.body() != null) {
                    response.body().close();
                }
                throw failures.refusedByProxy(uri);
            }
            return response;
        } catch (HttpConnectTimeoutException e) {
            throw e;
        } catch (HttpTimeoutException e) {
            throw new OciException(Kind.TIMEOUT, reference.registry() + " did not answer within " + settings.readTimeout().toMillis() + " ms", e);
        } catch (ConnectException e) {
            throw failures.unavailable(uri, "cannot be connected to", e);
        } catch (SSLException e) {
            throw failures.unavailable(uri, "fails the TLS handshake (" + e.getMessage() + ")", e);
        } catch (ProtocolException e) {
            throw failures.unavailable(uri, "does not speak HTTP (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OciException(Kind.CLOSED, "interrupted while waiting for " + reference.registry(), e);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response, Duration otherwise) {
        try {
            long seconds = Long.parseLong(response.headers().firstValue("retry-after").orElse("").trim());
            return seconds < 0 ? otherwise : Duration.ofSeconds(Math.min(seconds, MAX_RETRY_AFTER_SECONDS));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** Waits about this long, or throws because the registry object is closed. */
    void pause(Duration delay) throws OciException {
        double factor = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
        try {
            if (closed.await((long) (delay.toMillis() * factor), TimeUnit.MILLISECONDS)) {
                throw new OciException(Kind.CLOSED, "stopped while waiting for " + reference.registry());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OciException(Kind.CLOSED, "interrupted while waiting for " + reference.registry(), e);
        }
    }
}
