package io.dromedary.cli;

import java.net.ConnectException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Why a peer did not answer, in words: each library has its own for the same, and often none but the name of a class.
 *
 * @param silent whether time ran out
 * @param words  what is the matter
 */
record PeerFailure(boolean silent, String words) {

    private static final Pattern SILENT = Pattern.compile("Timeout\\w*Exception|timed out");
    private static final Map<Pattern, String> KNOWN = known();

    private static Map<Pattern, String> known() {
        Map<Pattern, String> known = new LinkedHashMap<>();
        known.put(Pattern.compile("UnknownHost|UnresolvedAddress"), "the name of the host is unknown");
        known.put(Pattern.compile("[Cc]onnection refused"), "connection refused");
        known.put(Pattern.compile("NotSslRecord|[Uu]nrecognized SSL message"), "what answers there does not speak TLS");
        known.put(Pattern.compile("unable to find valid certification path"), "its certificate is not trusted");
        known.put(Pattern.compile("EOFException|EOF reached|ClosedChannelException|Connection reset|[Uu]nexpected end of stream|failed to respond|"
                + "closed connection|connection was closed|closed the channel|peer shut down|Remote host|Broken pipe"),
                "the connection was closed without an answer; perhaps only one side speaks TLS");
        return known;
    }

    /** What an exception means. */
    static PeerFailure of(Throwable failure) {
        StringBuilder said = new StringBuilder();
        describe(failure, said, Collections.newSetFromMap(new IdentityHashMap<>()));
        if (SILENT.matcher(said).find()) {
            return silent(PeerQuestions.LIMIT.toSeconds());
        }
        return new PeerFailure(false, KNOWN.entrySet().stream().filter(one -> one.getKey().matcher(said).find()).map(Map.Entry::getValue).findFirst()
                .orElseGet(() -> innermost(failure)));
    }

    /** There was no answer in this time. */
    static PeerFailure silent(double seconds) {
        return new PeerFailure(true, "no answer within " + String.valueOf(seconds).replaceFirst("\\.0$", "") + " s");
    }

    private static void describe(Throwable failure, StringBuilder said, Set<Throwable> seen) {
        if (failure == null || !seen.add(failure)) {
            return;
        }
        // The HTTP client of the JDK says no more when nobody listens.
        boolean wordless = failure instanceof ConnectException && failure.getMessage() == null;
        said.append(failure.getClass().getName()).append(' ').append(wordless ? "Connection refused" : failure.getMessage()).append('\n');
        describe(failure.getCause(), said, seen);
        for (Throwable other : failure.getSuppressed()) {
            describe(other, said, seen);
        }
    }

    /** The innermost message, which names what is wrong; the outer ones name our calls. */
    private static String innermost(Throwable failure) {
        String message = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause() == cause ? null : cause.getCause()) {
            boolean says = cause.getMessage() != null && !cause.getMessage().isBlank() && (cause.getCause() == null || !cause.getMessage().equals(cause.getCause().toString()));
            message = says ? cause.getMessage() : message;
        }
        return message.lines().findFirst().orElse(message);
    }
}
