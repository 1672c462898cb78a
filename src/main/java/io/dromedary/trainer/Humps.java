package io.dromedary.trainer;

import java.util.Locale;

/**
 * Camel case and snake case exactly as the Python package pyhumps 3.8.0 makes them of a text. The reference device service applies
 * it to whole JSON texts, values included, so this must follow it to the letter.
 */
public final class Humps {

    private Humps() {
    }

    /**
     * Camel case: white space goes; a run of {@code -} and {@code _} between two other characters goes and the one behind it becomes
     * upper case; the first character becomes lower case. A text all in upper case or all of digits stays as it is.
     */
    public static String camelise(String text) {
        String s = withoutWhiteSpace(text);
        if (isUpper(s) || isNumeric(s)) {
            return text;
        }
        StringBuilder out = new StringBuilder(s.length());
        boolean lowerFirst = !isUpper(s.substring(0, Math.min(2, s.length())));
        int i = 0;
        while (i < s.length()) {
            char c = s.charAt(i);
            if (isSeparator(c) && i > 0) {
                int end = i;
                while (end < s.length() && isSeparator(s.charAt(end))) {
                    end++;
                }
                if (end < s.length()) {
                    int follower = s.codePointAt(end);
                    appendUpper(out, follower);
                    i = end + Character.charCount(follower);
                } else {
                    out.append(s, i, end);
                    i = end;
                }
            } else if (isSeparator(c)) {
                // A run at the very start has nothing before it and stays.
                while (i < s.length() && isSeparator(s.charAt(i))) {
                    out.append(s.charAt(i++));
                }
            } else if (i == 0 && lowerFirst) {
                out.append(s.substring(0, 1).toLowerCase(Locale.ROOT));
                i++;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    private static void appendUpper(StringBuilder out, int codePoint) {
        if (codePoint < 128) {
            out.append(Character.toUpperCase((char) codePoint));
        } else {
            out.append(Character.toString(codePoint).toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Snake case: white space goes; of a run of capitals and digits all but the last, or all at the end, are title-cased; a {@code _} is
     * put before each capital; all becomes lower case. A text all in upper case or all of digits stays as it is.
     */
    public static String decamelise(String text) {
        String s = withoutWhiteSpace(text);
        return isUpper(s) || isNumeric(s) ? text : separate(titleAcronyms(s)).toLowerCase(Locale.ROOT);
    }

    private static String titleAcronyms(String s) {
        StringBuilder out = new StringBuilder(s);
        int i = 0;
        while (i < s.length()) {
            int end = i;
            while (end < s.length() && isCapitalOrDigit(s.charAt(end))) {
                end++;
            }
            int last = end == s.length() ? end : end - 1;
            boolean afterLetter = false;
            for (int k = i; k < last; k++) {
                boolean capital = isCapital(s.charAt(k));
                if (capital && afterLetter) {
                    out.setCharAt(k, (char) (s.charAt(k) + ('a' - 'A')));
                }
                afterLetter = capital;
            }
            i = Math.max(end, i + 1);
        }
        return out.toString();
    }

    /** Before the first capital the mark goes ahead of the separators that are there already; later ones belong to the word before. */
    private static String separate(String s) {
        StringBuilder out = new StringBuilder(s.length() + 16);
        boolean first = true;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (isCapital(c)) {
                int at = out.length();
                while (first && at > 0 && isSeparator(out.charAt(at - 1))) {
                    at--;
                }
                if (at > 0) {
                    out.insert(at, '_');
                }
                first = false;
            }
            out.append(c);
        }
        return out.toString();
    }

    private static boolean isSeparator(char c) {
        return c == '-' || c == '_';
    }

    private static boolean isCapital(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isCapitalOrDigit(char c) {
        return isCapital(c) || c >= '0' && c <= '9' || c > 127 && Character.isDigit(c);
    }

    /** At least one cased letter and none that is not upper case. */
    private static boolean isUpper(String s) {
        boolean upper = false;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c < 128) {
                if (c >= 'a' && c <= 'z') {
                    return false;
                }
                upper |= isCapital(c);
            } else {
                int codePoint = s.codePointAt(i);
                if (Character.isLowerCase(codePoint) || Character.isTitleCase(codePoint)) {
                    return false;
                }
                upper |= Character.isUpperCase(codePoint);
                i += Character.charCount(codePoint) - 1;
            }
        }
        return upper;
    }

    private static boolean isNumeric(String s) {
        if (s.isEmpty()) {
            return false;
        }
        return s.codePoints().allMatch(c -> {
            int type = Character.getType(c);
            return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
        });
    }

    private static String withoutWhiteSpace(String s) {
        int i = 0;
        while (i < s.length() && !isWhiteSpace(s.charAt(i))) {
            i++;
        }
        if (i == s.length()) {
            return s;
        }
        StringBuilder out = new StringBuilder(s.length()).append(s, 0, i);
        for (; i < s.length(); i++) {
            if (!isWhiteSpace(s.charAt(i))) {
                out.append(s.charAt(i));
            }
        }
        return out.toString();
    }

    /** What Python's regular expressions call white space. */
    static boolean isWhiteSpace(char c) {
        if (c < 128) {
            return c == ' ' || c >= 9 && c <= 13 || c >= 28 && c <= 31;
        }
        return c == 0x85 || c == 0xa0 || c == 0x1680 || c >= 0x2000 && c <= 0x200a || c == 0x2028 || c == 0x2029 || c == 0x202f
                || c == 0x205f || c == 0x3000;
    }
}
