package io.dromedary.vantiq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the text of a {@code server.config}: Java properties as the SDK's parser (jprops 2.0.2) reads them.
 *
 * <p>It differs from {@link java.util.Properties}: the text is UTF-8, and a comment that ends in a backslash swallows the next line.
 */
final class ServerConfigText {

    private static final String BLANKS = " \t\f";

    private ServerConfigText() {
    }

    /** All pairs in order; the last of several equal keys wins. */
    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : logicalLines(text)) {
            if (!line.isEmpty() && line.charAt(0) != '#' && line.charAt(0) != '!') {
                putPair(values, line);
            }
        }
        return values;
    }

    /** Joins continued lines, without leading blanks and empty lines. A continuation that never comes drops its line, as jprops does. */
    private static List<String> logicalLines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String natural : text.split("\r\n|\r|\n")) {
            String line = natural.substring(skip(natural, 0, BLANKS));
            if (endsInOpenBackslash(line)) {
                current.append(line, 0, line.length() - 1);
            } else if (!line.isEmpty()) {
                lines.add(current.append(line).toString());
                current.setLength(0);
            }
        }
        return lines;
    }

    private static boolean endsInOpenBackslash(String line) {
        int count = 0;
        while (count < line.length() && line.charAt(line.length() - 1 - count) == '\\') {
            count++;
        }
        return count % 2 == 1;
    }

    private static void putPair(Map<String, String> values, String line) {
        int end = 0;
        // A separator behind a backslash is none, even if that backslash is an escaped one: so does jprops.
        while (end < line.length() && ("=: \t\f".indexOf(line.charAt(end)) < 0 || end > 0 && line.charAt(end - 1) == '\\')) {
            end++;
        }
        int start = skip(line, end, BLANKS);
        if (start < line.length() && "=:".indexOf(line.charAt(start)) >= 0) {
            start = skip(line, start + 1, BLANKS);
        }
        values.put(unescape(line.substring(0, end)), unescape(line.substring(start)));
    }

    private static int skip(String text, int from, String characters) {
        int i = from;
        while (i < text.length() && characters.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            c = text.charAt(++i);
            if (c == 'u' && isHex(text, i + 1)) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                plain.append(switch (c) {
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 'f' -> '\f';
                    default -> c;
                });
            }
        }
        return plain.toString();
    }

    private static boolean isHex(String text, int from) {
        if (from + 4 > text.length()) {
            return false;
        }
        for (int i = from; i < from + 4; i++) {
            if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }
}
