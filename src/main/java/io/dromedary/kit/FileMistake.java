package io.dromedary.kit;

import java.util.Optional;
import java.util.stream.Collectors;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says in one sentence what is wrong in a YAML file, and where. */
public final class FileMistake {

    private FileMistake() {
    }

    /** The file, line, column and mistake, if the failure comes from one. */
    public static Optional<String> sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof MarkedYamlEngineException mistake && mistake.getProblemMark().isPresent()) {
                Mark place = mistake.getProblemMark().get();
                return Optional.of(place.getName().replaceFirst("^file:", "") + ", line " + (place.getLine() + 1) + ", column "
                        + (place.getColumn() + 1) + ": " + oneLine(mistake.getProblem()) + context(mistake) + ".");
            }
        }
        return Optional.empty();
    }

    private static String context(MarkedYamlEngineException mistake) {
        return mistake.getContext() == null ? "" : ", " + oneLine(mistake.getContext())
                + mistake.getContextMark().map(begin -> " from line " + (begin.getLine() + 1)).orElse("");
    }

    /** The same, or else the innermost message, which is where Camel says what is really wrong. */
    static String reason(Throwable failure) {
        Throwable inner = failure;
        while (next(inner) != null) {
            inner = next(inner);
        }
        String message = inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
        return sentence(failure).orElse(oneLine(message));
    }

    /** What libraries draw over several lines. */
    public static String oneLine(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
    }

    private static Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }
}
