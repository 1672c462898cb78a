package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
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
