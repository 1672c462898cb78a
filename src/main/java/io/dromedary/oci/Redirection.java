package io.dromedary.oci;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where an answer sends us. */
final class Redirection {

    /** What may not stand in an address as it is, but does in those of some stores: signatures and file names in the query. */
    private static final Pattern UNQUOTED = Pattern.compile("[^\\x21-\\x7e]|[\"<>\\\\^`{|}]");

    private Redirection() {
    }

    /**
     * The address that a {@code Location} header means.
     *
     * @throws IllegalArgumentException if it is none
     */
    static URI target(URI from, String location) {
        // The bytes of a header come as characters of ISO 8859-1.
        return from.resolve(UNQUOTED.matcher(location)
                .replaceAll(found -> "%%%02X".formatted(found.group().getBytes(StandardCharsets.ISO_8859_1)[0] & 0xff)));
    }

    /** Whether two addresses have the same scheme, host and port; a port that is not written is the scheme's own. */
    static boolean stays(URI from, URI to) {
        return from.getScheme().equalsIgnoreCase(to.getScheme()) && from.getHost().equalsIgnoreCase(to.getHost()) && port(from) == port(to);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return address.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    }
}
