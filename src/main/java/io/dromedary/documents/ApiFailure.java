package io.dromedary.documents;

import java.util.Set;

import io.dromedary.proxies.ProxyFailure;

/** The data API, or the service of its tokens, answered with a status that says no. */
final class ApiFailure extends ProxyFailure {

    private static final long serialVersionUID = 1L;

    /** Not allowed at present, too slow, too early, too often: none says anything about the request itself. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private final int status;

    ApiFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Whether the caller is what the API does not like at present; the same request may succeed later. */
    boolean isPassing() {
        return PASSING.contains(status);
    }

    /** Whether the request itself is what the API does not like; the same one will never succeed. */
    boolean isRefusal() {
        return status >= 400 && status < 500 && !isPassing();
    }
}
