package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

class ErrorCodesTest {

    @Test
    void thePageExplainsEveryCodeAndNoOther() throws Exception {
        Set<String> codes = Arrays.stream(ErrorCodes.class.getFields()).map(ErrorCodesTest::value).collect(Collectors.toCollection(TreeSet::new));
        String page = Files.readString(Path.of("docs/commands/errors.md"));
        Set<String> explained = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|").matcher(page).results().map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(explained).isEqualTo(codes);
    }

    private static String value(Field field) {
        try {
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
