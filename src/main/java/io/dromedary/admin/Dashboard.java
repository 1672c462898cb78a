package io.dromedary.admin;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.slf4j.LoggerFactory;

/** The dashboard's page and what it shows besides health: running jobs, the last 50 commands, the last 500 lines of the log. The bean {@code dashboard}. */
public class Dashboard implements CamelContextAware {

    private static final int MAX_LINES = 500;
    private static final int MAX_COMMANDS = 50;
    private static final int MAX_JOBS = 100;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Deque<Map<String, Object>> commands = new ArrayDeque<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            line(Instant.ofEpochMilli(event.getTimeStamp()) + " " + event.getLevel() + " " + event.getFormattedMessage());
        }
    };
    private long count;
    private CamelContext context;

    public void start() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        context.getManagementStrategy().addEventNotifier(new Ends());
    }

    public void stop() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(appender);
        appender.stop();
    }

    /** Listens to the ends of exchanges, and not to their steps, which are many. */
    private final class Ends extends EventNotifierSupport {

        Ends() {
            setupIgnore(true);
            setIgnoreExchangeEvents(false);
            setIgnoreExchangeCompletedEvent(false);
            setIgnoreExchangeFailedEvents(false);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.ExchangeCompletedEvent || event instanceof CamelEvent.ExchangeFailedEvent;
        }

        @Override
        public void notify(CamelEvent event) {
            ended(((CamelEvent.ExchangeEvent) event).getExchange());
        }
    }

    private void line(String text) {
        synchronized (lines) {
            count++;
            lines.add(text);
            if (lines.size() > MAX_LINES) {
                lines.remove();
            }
        }
    }

    private void ended(Exchange exchange) {
        Object command = exchange.getVariable("command");
        if (command == null || !String.valueOf(exchange.getFromRouteId()).startsWith("command-")) {
            return;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", String.valueOf(exchange.getVariable("messageId")));
        entry.put("command", String.valueOf(command));
        entry.put("outcome", exchange.getException() == null && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) == null ? "on" : "error");
        entry.put("at", Instant.ofEpochMilli(exchange.getClock().getCreated()).truncatedTo(ChronoUnit.SECONDS).toString());
        entry.put("millis", exchange.getClock().elapsed());
        synchronized (commands) {
            commands.addFirst(entry);
            if (commands.size() > MAX_COMMANDS) {
                commands.removeLast();
            }
        }
    }

    /** What has happened; lines of the log after the given number only. */
    public Map<String, Object> activity(Map<String, Object> parameters) throws HttpProblem {
        long after;
        try {
            after = Long.parseLong(String.valueOf(parameters.getOrDefault("after", "0")));
        } catch (NumberFormatException e) {
            throw new HttpProblem(422, "after must be a number");
        }
        Map<String, Object> activity = new LinkedHashMap<>();
        synchronized (lines) {
            activity.put("log", lines.stream().skip(Math.max(0, lines.size() - Math.max(0, count - after))).toList());
            activity.put("last", count);
        }
        synchronized (commands) {
            activity.put("commands", new ArrayList<>(commands));
        }
        activity.put("jobs", jobs());
        return activity;
    }

    /** Jobs as they show themselves in JMX. */
    private static List<Map<String, Object>> jobs() {
        List<Map<String, Object>> jobs = new ArrayList<>();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            for (ObjectName name : server.queryNames(new ObjectName("io.dromedary:type=jobs,*"), null)) {
                if (jobs.size() < MAX_JOBS) {
                    Map<String, Object> job = new LinkedHashMap<>();
                    for (String attribute : List.of("Id", "Type", "Status", "Progress", "Message")) {
                        job.put(attribute.toLowerCase(java.util.Locale.ROOT), server.getAttribute(name, attribute));
                    }
                    jobs.add(job);
                }
            }
        } catch (JMException e) {
            // A job that ended between the two questions.
        }
        return jobs;
    }

    /** One of the page's files, which may load nothing from elsewhere nor be framed. */
    public void file(Exchange exchange, String name, String type) throws IOException {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type + "; charset=utf-8");
            exchange.getMessage().setHeader("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'");
            exchange.getMessage().setHeader("X-Content-Type-Options", "nosniff");
            exchange.getMessage().setHeader("Cache-Control", "no-cache");
            exchange.getMessage().setBody(in.readAllBytes());
        }
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
