package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private static final String OWN_FILE = "logback.configurationFile";

    private final LoggerContext loggers = new LoggerContext();
    private final Map<String, String> before = new HashMap<>();

    @AfterEach
    void restore() {
        loggers.stop();
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @Test
    void ourLevelIsTheOneAskedForAndLibrariesOnlyWarn() {
        set(OWN_FILE, "");
        set(Logging.LEVEL, "DEBUG");
        set("PROXY_LOG_LEVEL", "TRACE");

        assertThat(new Logging().configure(loggers)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

        assertThat(level("io.dromedary.job")).isEqualTo(Level.DEBUG);
        assertThat(level("io.dromedary.oci")).isEqualTo(Level.TRACE);
        assertThat(level("org.apache.camel")).isEqualTo(Level.WARN);
        assertThat(level("org.apache.activemq.artemis.core")).isEqualTo(Level.ERROR);
        assertThat(loggers.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR").isStarted()).isTrue();
    }

    @Test
    void anEngineersOwnFileWins() {
        set(OWN_FILE, "mine.xml");
        set(Logging.LEVEL, "INFO");

        assertThat(new Logging().configure(loggers)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    }

    @Test
    void anotherProgramsLoggingIsNotTouched() {
        set(OWN_FILE, "");
        set(Logging.LEVEL, null);

        assertThat(new Logging().configure(loggers)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    }

    /** Names and texts of senders are in messages; none of them may look like a line of its own. */
    @Test
    void aMessageIsOneLine() {
        set(OWN_FILE, "");
        set(Logging.LEVEL, "INFO");
        new Logging().configure(loggers);
        Logger logger = loggers.getLogger("io.dromedary.command");
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, "Unknown command: {}", null, new Object[] {"a\r\nERROR b\u001b[31m\tc"});

        String line = new String(encoder().encode(event), StandardCharsets.UTF_8);

        assertThat(line).endsWith("- Unknown command: a ERROR b [31m\tc" + System.lineSeparator()).hasLineCount(1);
    }

    @SuppressWarnings("unchecked")
    private Encoder<ILoggingEvent> encoder() {
        return ((ConsoleAppender<ILoggingEvent>) loggers.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR")).getEncoder();
    }

    private Level level(String name) {
        return loggers.getLogger(name).getEffectiveLevel();
    }

    private void set(String name, String value) {
        before.putIfAbsent(name, System.getProperty(name));
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
