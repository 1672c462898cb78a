package io.dromedary.oci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1).
 *
 * @param scheme     lower case: {@code bearer}, {@code basic} …
 * @param parameters names in lower case, values without quotes
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final int MAX_HEADER = 8192;
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*([A-Za-z][A-Za-z0-9-]*)(?:\\s+|$)");
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[\\s,]*([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]+))");

    /** The first challenge that we can answer: Bearer before Basic, whatever their order. */
    static Optional<Challenge> best(List<String> headers) {
        Challenge basic = null;
        for (String header : headers) {
            for (Challenge challenge : parse(header)) {
                if (challenge.scheme.equals("bearer")) {
                    return Optional.of(challenge);
                }
                if (challenge.scheme.equals("basic")) {
                    basic = challenge;
                }
            }
        }
        return Optional.ofNullable(basic);
    }

    static List<Challenge> parse(String header) {
        List<Challenge> found = new java.util.ArrayList<>();
        if (header.length() > MAX_HEADER) {
            return found;
        }
        Matcher scheme = SCHEME.matcher(header);
        Matcher parameter = PARAMETER.matcher(header);
        int position = 0;
        while (position < header.length() && scheme.find(position) && scheme.start() == position) {
            position = scheme.end();
            Map<String, String> parameters = new LinkedHashMap<>();
            while (position < header.length() && parameter.find(position) && parameter.start() == position) {
                String value = parameter.group(2) != null ? parameter.group(2).replaceAll("\\\\(.)", "$1") : parameter.group(3);
                parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
                position = parameter.end();
            }
            found.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
        }
        return found;
    }
}
