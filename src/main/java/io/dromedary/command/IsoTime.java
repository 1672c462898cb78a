package io.dromedary.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads dates and times of ISO 8601 as clients write them: extended or basic form, date alone, blank for T; without a zone it is UTC. */
public final class IsoTime {

    private static final Pattern FORM = Pattern.compile("(\\d{4})(?:-?(\\d\\d)-?(\\d\\d)|-?W(\\d\\d)(?:-?(\\d))?)"
            + "(?:[T ](\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d)(?:[.,](\\d{1,9})\\d*)?)?)?\\s*(Z|[+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?)?)?",
            Pattern.CASE_INSENSITIVE);

    private IsoTime() {
    }

    /** The moment that a text means; empty when it is none. */
    public static Optional<Instant> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate date = form.group(2) != null ? LocalDate.of(number(form, 1), number(form, 2), number(form, 3))
                    : LocalDate.parse(form.group(1) + "-W" + form.group(4) + "-" + (form.group(5) == null ? "1" : form.group(5)),
                            DateTimeFormatter.ISO_WEEK_DATE);
            int nanos = form.group(9) == null ? 0 : Integer.parseInt((form.group(9) + "00000000").substring(0, 9));
            String zone = form.group(10);
            ZoneOffset offset = zone == null || zone.equalsIgnoreCase("Z") ? ZoneOffset.UTC : ZoneOffset.of(zone);
            return Optional.of(date.atTime(LocalTime.of(number(form, 6), number(form, 7), number(form, 8), nanos)).toInstant(offset));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher form, int group) {
        return form.group(group) == null ? 0 : Integer.parseInt(form.group(group));
    }
}
