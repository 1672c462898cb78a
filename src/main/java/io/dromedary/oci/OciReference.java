package io.dromedary.oci;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.oci.OciException.Kind;

/**
 * Names an artifact: {@code registry/repository[:tag][@digest]}, at most {@value #MAX_LENGTH} characters. The grammar is that of the
 * OCI distribution specification; there is no room in it for a scheme, a query or a path that climbs.
 *
 * @param text       the reference as it was written
 * @param registry   host and optional port as written
 * @param repository path of the repository, lower case
 * @param tag        the tag, or null
 * @param digest     the digest, or null
 */
public record OciReference(String text, String registry, String repository, String tag, Digest digest) {

    /** The longest reference that is looked at. */
    public static final int MAX_LENGTH = 1024;

    /** Longest repository name, from the distribution specification. */
    private static final int MAX_REPOSITORY = 255;
    private static final int MAX_PORT = 65535;
    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+";
    private static final Pattern HOST = Pattern.compile(
            "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*+|\\[[0-9a-fA-F:.]{2,45}])"
                    + "(?::(?<port>[0-9]{1,5}))?");
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    /** Docker Hub is written by its short name but answers under another one. */
    private static final String HUB = "docker.io";
    private static final String HUB_API = "registry-1.docker.io";

    /** Reads a reference that must name its registry. */
    public static OciReference parse(String text) throws OciException {
        return parse(text, null);
    }

    /**
     * Reads a reference.
     *
     * @param  text            what somebody wrote
     * @param  defaultRegistry the registry of references whose first part cannot be a host (no dot, no port, not {@code localhost}),
     *                         or null or empty if such references are taken literally
     * @throws OciException    of kind {@link Kind#INVALID_REFERENCE}
     */
    public static OciReference parse(String text, String defaultRegistry) throws OciException {
        if (text == null || text.isEmpty()) {
            throw invalid("is empty");
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid("is longer than " + MAX_LENGTH + " characters");
        }
        String rest = text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Digest.parse(rest.substring(at + 1)).orElseThrow(() -> invalid("has a malformed digest"));
            rest = rest.substring(0, at);
        }
        int slash = rest.indexOf('/');
        boolean withoutHost = slash < 0 || !looksLikeHost(rest.substring(0, slash));
        String registry;
        if (withoutHost && defaultRegistry != null && !defaultRegistry.isEmpty()) {
            registry = defaultRegistry;
        } else if (slash < 0) {
            throw invalid("names no registry; it must be registry/repository[:tag][@digest]");
        } else {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        checkRegistry(registry);
        String tag = null;
        int colon = rest.indexOf(':');
        if (colon >= 0) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (!TAG.matcher(tag).matches()) {
                throw invalid("has a malformed tag");
            }
        }
        if (rest.length() > MAX_REPOSITORY || !REPOSITORY.matcher(rest).matches()) {
            throw invalid("has a malformed repository (lower case letters, digits and . _ - between slashes)");
        }
        return new OciReference(text, registry, rest, tag, digest);
    }

    /** Stands for a registry when none of its repositories is meant. */
    static OciReference registryAlone(String registry) throws OciException {
        checkRegistry(registry);
        return new OciReference(registry, registry, "", null, null);
    }

    /** Whether a text names a registry as references do: {@code host[:port]}, without a scheme. */
    public static boolean isRegistry(String text) {
        try {
            checkRegistry(text);
            return true;
        } catch (OciException e) {
            return false;
        }
    }

    private static boolean looksLikeHost(String first) {
        return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equalsIgnoreCase("localhost");
    }

    private static void checkRegistry(String registry) throws OciException {
        Matcher matcher = HOST.matcher(registry);
        if (!matcher.matches() || !isHost(registry)) {
            throw invalid("has a malformed registry (host[:port], no scheme)");
        }
        String port = matcher.group("port");
        if (port != null && (Integer.parseInt(port) == 0 || Integer.parseInt(port) > MAX_PORT)) {
            throw invalid("has a port outside 1 to " + MAX_PORT);
        }
    }

    /** To the platform's client a name whose last part begins with a digit is none, nor is every text of colons in brackets an address. */
    private static boolean isHost(String registry) {
        try {
            return new URI("https://" + registry).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static OciException invalid(String why) {
        return new OciException(Kind.INVALID_REFERENCE, "invalid reference: it " + why);
    }

    /** Host and port that serve the registry's interface. */
    public String apiHost() {
        return apiHost(registry);
    }

    /** Host and port that serve the interface of a registry, given as people write it. */
    static String apiHost(String registry) {
        String lower = registry.toLowerCase(Locale.ROOT);
        return HUB.equals(lower) ? HUB_API : lower;
    }

    /** What to ask the registry for: the digest if there is one, else the tag, else {@code latest}. */
    public String manifestName() {
        if (digest != null) {
            return digest.toString();
        }
        return tag == null ? "latest" : tag;
    }

    /** This reference with neither tag nor digest looked at: what the service we replace always asks for. */
    public OciReference latest() {
        return new OciReference(text, registry, repository, null, null);
    }

    @Override
    public String toString() {
        return text;
    }
}
