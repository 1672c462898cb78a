package io.dromedary.cli;

import java.util.List;

import io.dromedary.embedded.StartRefused;

/** Variables that are missing or malformed, all together. Never holds a secret. */
final class BadConfiguration extends StartRefused {

    private static final long serialVersionUID = 1L;

    BadConfiguration(List<String> problems) {
        super(problems.size() == 1 ? problems.get(0) : problems.size() + " variables are wrong:\n  " + String.join("\n  ", problems));
    }
}
