package io.dromedary.karaf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** The log of a Karaf is the operator's: what is in its configuration stays in it. */
class QuietLogTest {

    @Test
    void addsToWhatIsThere() {
        Dictionary<String, Object> own = log(Map.of("log4j2.appender.rolling.fileName", "data/log/karaf.log"));

        Dictionary<String, Object> changed = QuietLog.added(own).orElseThrow();

        assertThat(changed).isEqualTo(log(Map.of(
                "log4j2.appender.rolling.fileName", "data/log/karaf.log",
                "log4j2.logger.org_apache_activemq_artemis.name", "org.apache.activemq.artemis",
                "log4j2.logger.org_apache_activemq_artemis.level", "ERROR",
                "log4j2.logger.org_apache_activemq_audit.name", "org.apache.activemq.audit",
                "log4j2.logger.org_apache_activemq_audit.level", "OFF")));
        assertThat(own.size()).as("given").isEqualTo(2);
        assertThat(QuietLog.added(changed)).as("once is enough").isEmpty();
    }

    @Test
    void leavesALevelThatTheOperatorChose() {
        Dictionary<String, Object> changed = QuietLog.added(log(Map.of(
                "log4j2.logger.broker.name", "org.apache.activemq.artemis",
                "log4j2.logger.broker.level", "DEBUG"))).orElseThrow();

        assertThat(changed.get("log4j2.logger.broker.level")).isEqualTo("DEBUG");
        assertThat(changed.get("log4j2.logger.org_apache_activemq_artemis.level")).isNull();
        assertThat(changed.get("log4j2.logger.org_apache_activemq_audit.level")).isEqualTo("OFF");
    }

    @Test
    void leavesWhatIsNoConfigurationOfLog4j2() {
        assertThat(QuietLog.added(null)).isEmpty();
        assertThat(QuietLog.added(new Hashtable<>(Map.of("org.ops4j.pax.logging.logback.config.file", "etc/logback.xml")))).isEmpty();
    }

    private static Dictionary<String, Object> log(Map<String, Object> lines) {
        Hashtable<String, Object> all = new Hashtable<>(lines);
        all.put("log4j2.rootLogger.level", "INFO");
        return all;
    }
}
