package io.dromedary.lint;

import java.nio.file.Path;

/**
 * One mistake.
 *
 * @param rule    id of the rule that found it
 * @param error   whether it has to be corrected; otherwise it is advice
 * @param file    where
 * @param line    line in the file, from 1
 * @param message what is wrong
 * @param remedy  what to write instead
 */
public record Finding(String rule, boolean error, Path file, int line, String message, String remedy) {

    @Override
    public String toString() {
        return file + ":" + line + ": " + (error ? "" : "advice: ") + message + " – " + remedy + " [" + rule + "]";
    }
}
