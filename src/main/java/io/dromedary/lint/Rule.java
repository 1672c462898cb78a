package io.dromedary.lint;

/**
 * One rule.
 *
 * @param id    what a finding names
 * @param about what it demands, for people
 * @param check looks at one file
 */
record Rule(String id, String about, Check check) {

    /** Looks at one file and reports what is wrong. */
    @FunctionalInterface
    interface Check {
        void look(Project project, SourceFile file, Report report);
    }
}
