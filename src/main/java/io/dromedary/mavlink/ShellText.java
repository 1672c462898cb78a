package io.dromedary.mavlink;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a shell sent so far: without control sequences, which may be cut anywhere between two chunks. */
final class ShellText {

    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|\u001b[@-Z\\\\-_]");
    private static final Pattern CUT_CONTROL = Pattern.compile("\u001b(\\[[0-?]*[ -/]*)?$");
    private static final Pattern PROMPT = Pattern.compile("(?:^|\n)(nsh> |pxh> )$");

    private final StringBuilder raw = new StringBuilder();

    /** Takes bytes; letters of several bytes may be cut between two chunks, so they are put together later. */
    void append(byte[] chunk, int length) {
        raw.append(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
    }

    int length() {
        return raw.length();
    }

    /** Everything, readable. */
    String text() {
        String text = CONTROL.matcher(raw).replaceAll("");
        Matcher cut = CUT_CONTROL.matcher(text);
        text = cut.find() ? text.substring(0, cut.start()) : text;
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Whether it ends with a prompt: the shell waits for the next command. */
    boolean endsWithPrompt() {
        return PROMPT.matcher(text().replace("\r", "")).find();
    }

    /** What a command printed: without its echo, the prompt and carriage returns. */
    String output(String command) {
        String text = text().replace("\r", "");
        Matcher prompt = PROMPT.matcher(text);
        if (prompt.find()) {
            text = text.substring(0, prompt.start(1));
        }
        if (text.startsWith(command + "\n") || text.equals(command)) {
            text = text.substring(Math.min(text.length(), command.length() + 1));
        }
        return text.strip();
    }
}
