package io.dromedary.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** One line on a terminal that shows how far a job is. */
final class ProgressBar {

    private static final int WIDTH = 30;

    private ProgressBar() {
    }

    /** Shows {@code progress} (percent) and {@code message} of what a job's stream says. */
    static void show(PrintWriter out, Map<?, ?> content) {
        double percent = content.get("progress") instanceof Number number ? Math.max(0, Math.min(100, number.doubleValue())) : 0;
        int filled = (int) Math.round(percent / 100 * WIDTH);
        out.printf(Locale.ROOT, "\r[%s%s] %5.1f %%  %-50.50s", "#".repeat(filled), ".".repeat(WIDTH - filled), percent, content.get("message"));
        out.flush();
    }
}
