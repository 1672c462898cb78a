package io.dromedary.flightlog;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as file names and records write them. */
final class FileTime {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss");
    private static final Pattern CARD = Pattern.compile("(?:^|/)(\\d{4}-\\d\\d-\\d\\d)/(\\d\\d_\\d\\d_\\d\\d)[^/]*\\.ulg$");
    private static final DateTimeFormatter CARD_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd/HH_mm_ss").withResolverStyle(ResolverStyle.STRICT);

    private FileTime() {
    }

    /** Seconds since 1970 as {@code 2026-01-15-14-30-22}, in this computer's zone. */
    static String date(long seconds) {
        return DATE.format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
    }

    /** When PX4 began a log, by the last two parts of its path ({@code 2026-01-15/14_30_22.ulg}, UTC); empty when they do not say. */
    static OptionalLong ofCardPath(String path) {
        Matcher parts = CARD.matcher(path);
        if (!parts.find()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(LocalDateTime.parse(parts.group(1) + "/" + parts.group(2), CARD_TIME).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }
}
