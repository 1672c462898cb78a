package io.dromedary.cli;

import java.time.Duration;

import org.apache.camel.util.TimeUtils;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long somebody at the keyboard waits, in their words: {@code 500ms}, {@code 10s}, {@code 1m}. A bare number means seconds, as it does
 * where an option says {@code SECONDS}.
 */
record TimeLimit(String text, Duration duration) {

    /** Reads an option's value. */
    static final class Converter implements ITypeConverter<TimeLimit> {

        @Override
        public TimeLimit convert(String value) {
            String text = value.matches("\\d{1,9}") ? value + "s" : value;
            Duration duration = text.matches("\\d{1,9}(ms|s|m|h)") ? TimeUtils.toDuration(text) : Duration.ZERO;
            if (duration.isZero()) {
                throw new TypeConversionException("'" + value + "' is not a time such as 500ms, 10s or 1m");
            }
            return new TimeLimit(text, duration);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
