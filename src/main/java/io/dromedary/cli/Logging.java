package io.dromedary.cli;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.Loader;

/**
 * What is logged, and how. In Java, since logback's reader of XML would be a tenth of the program's start; a file of one's own
 * still wins: {@code -Dlogback.configurationFile=…}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {

    /** Set by the launcher, also as a system property. */
    static final String LEVEL = "DROMEDARY_LOG_LEVEL";
    private static final String OWN_FILE = "logback.configurationFile";
    /** One line each: what senders put into a message must not look like a line of its own, nor steer a terminal. */
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} - %replace(%msg){'[\\x00-\\x08\\x0A-\\x1F\\x7F\\x85\\u2028\\u2029]+', ' '}%n%nopex";

    /** Libraries that say more than an operator can use. */
    private static final Map<String, Level> QUIET = Map.of(
            // It warns for every queue that it has no dead-letter address, which MQTT does not know.
            "org.apache.activemq.artemis", Level.ERROR,
            "org.apache.activemq.audit", Level.OFF,
            // One line for each message that a broker sends beyond our receive maximum, before the disconnect that we report.
            "com.hivemq.client.internal.mqtt.handler.publish.incoming.MqttIncomingQosHandler", Level.OFF,
            "com.networknt.schema", Level.ERROR,
            "org.eclipse.jetty", Level.WARN,
            "org.gaul", Level.WARN);

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        String own = System.getProperty(OWN_FILE);
        // In somebody else's program logging is theirs.
        boolean launched = System.getProperty(LEVEL) != null;
        boolean others = own == null ? Loader.getResourceBySelfClassLoader("logback-test.xml") != null : !own.isEmpty();
        if (!launched || others) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Level ours = level(LEVEL, Level.INFO);
        Level proxy = level("PROXY_LOG_LEVEL", ours);
        QUIET.forEach((name, level) -> loggers.getLogger(name).setLevel(level));
        loggers.getLogger("io.dromedary").setLevel(ours);
        loggers.getLogger("io.dromedary.propeller").setLevel(proxy);
        loggers.getLogger("io.dromedary.oci").setLevel(proxy);
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level("DROMEDARY_LIBRARY_LOG_LEVEL", Level.WARN));
        root.addAppender(standardError(loggers));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Standard output belongs to what a command reports. */
    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext loggers) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(loggers);
        appender.setName("STDERR");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static Level level(String name, Level fallback) {
        return Level.toLevel(System.getProperty(name, System.getenv(name)), fallback);
    }
}
