package io.dromedary.cli;

import java.io.IOException;
import java.nio.file.Path;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A line that can be edited, with a history kept between sessions; messages that arrive meanwhile appear above it. */
final class TrainerPrompt implements AutoCloseable {

    private final Terminal terminal;
    private final LineReader reader;

    TrainerPrompt(String tool, String... words) throws IOException {
        terminal = TerminalBuilder.builder().system(true).dumb(true).build();
        LineReaderBuilder builder = LineReaderBuilder.builder().terminal(terminal).appName("dromedary")
                .completer(new StringsCompleter(words))
                .variable(LineReader.HISTORY_SIZE, 500)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        if (interactive()) {
            builder.variable(LineReader.HISTORY_FILE, Path.of(System.getProperty("user.home"), ".dromedary-trainer-" + tool));
        }
        reader = builder.build();
    }

    /** Whether a person types; a script's lines are no history, and what is shown to it is not decorated. */
    boolean interactive() {
        return !terminal.getType().startsWith(Terminal.TYPE_DUMB);
    }

    /** The next line, or null at the end of the input and when interrupted. */
    String read(String prompt) {
        try {
            return reader.readLine(prompt);
        } catch (EndOfFileException | UserInterruptException e) {
            return null;
        }
    }

    /** Shows a line without disturbing the one that is being written. */
    void show(String line) {
        if (interactive() && reader.isReading()) {
            reader.printAbove(line);
        } else {
            terminal.writer().println(line);
            terminal.flush();
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
