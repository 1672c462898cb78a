package io.dromedary.vantiq;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a route the configuration, publishes, queries and the end of the sessions of one or several sources. */
public class VantiqConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(VantiqConsumer.class);

    private final VantiqEndpoint endpoint;
    private final List<Registration> registrations = new ArrayList<>();
    private Set<VantiqListener.Operation> operations = Set.of();

    public VantiqConsumer(VantiqEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        operations = endpoint.consumed();
        for (String name : endpoint.sources()) {
            VantiqSource source = endpoint.getComponent().acquire(name, endpoint.getConfiguration());
            Registration registration = new Registration(source, name);
            registrations.add(registration);
            source.add(registration);
            endpoint.getComponent().ready(source);
        }
    }

    @Override
    protected void doStop() throws Exception {
        for (Registration registration : registrations) {
            // What was read belongs to this route; only then can it go.
            registration.source.session().inbound().drain();
            registration.source.remove(registration);
            registration.source.session().inbound().resume();
            endpoint.getComponent().release(registration.source);
        }
        registrations.clear();
        super.doStop();
    }

    /** This consumer on one source. */
    private final class Registration implements VantiqListener {

        private final VantiqSource source;
        private final String name;

        Registration(VantiqSource source, String name) {
            this.source = source;
            this.name = name;
        }

        @Override
        public boolean takes(Operation operation) {
            return operations.contains(operation);
        }

        @Override
        public void connected(Map<String, Object> configuration, java.util.function.Consumer<Throwable> done) {
            route(exchange(Operation.connect, configuration, null), exchange -> done.accept(exchange.getException()));
        }

        @Override
        public void published(Object message, Object replyAddress, Runnable done) {
            route(exchange(Operation.publish, message, replyAddress), exchange -> {
                report(exchange);
                done.run();
            });
        }

        @Override
        public void closed(Runnable done) {
            route(exchange(Operation.close, null, null), exchange -> {
                report(exchange);
                done.run();
            });
        }

        @Override
        public void queried(OpenQuery query, Runnable done) {
            Exchange request = exchange(Operation.query, query.message(), query.replyAddress());
            boolean answers = request.getPattern().isOutCapable();
            route(request, exchange -> {
                try {
                    if (exchange.getException() != null) {
                        // The server hears of it; here it is no more than a count.
                        LOG.debug("A query of the source {} failed", name, exchange.getException());
                        fail(query, exchange);
                    } else if (answers) {
                        QueryAnswer.result(query, exchange.getMessage().getBody(), endpoint.getConfiguration().getPartialSize());
                    }
                } catch (RuntimeException e) {
                    QueryAnswer.failure(query, e);
                    getExceptionHandler().handleException("The answer to a query could not be sent", exchange, e);
                } finally {
                    done.run();
                }
            });
        }

        private Exchange exchange(Operation operation, Object payload, Object replyAddress) {
            Exchange exchange = createExchange(false);
            if (operation == Operation.query) {
                exchange.setPattern(endpoint.answersQueries() ? ExchangePattern.InOut : ExchangePattern.InOnly);
            }
            Message message = exchange.getMessage();
            message.setBody(format(unwrap(message, payload)));
            message.setHeader(VantiqConstants.SOURCE, name);
            message.setHeader(VantiqConstants.OPERATION, operation.name());
            message.setHeader(VantiqConstants.CONFIGURATION, source.session().configuration());
            if (replyAddress != null) {
                message.setHeader(VantiqConstants.REPLY_ADDRESS, replyAddress);
            }
            return exchange;
        }

        private void route(Exchange exchange, java.util.function.Consumer<Exchange> then) {
            getAsyncProcessor().process(exchange, doneSync -> {
                try {
                    then.accept(exchange);
                } finally {
                    releaseExchange(exchange, false);
                }
            });
        }
    }

    private void report(Exchange exchange) {
        if (exchange.getException() != null) {
            getExceptionHandler().handleException("A message from Vantiq was not processed", exchange, exchange.getException());
        }
    }

    /** A failed route: its own error headers count before the default ones. */
    private static void fail(OpenQuery query, Exchange exchange) {
        Message message = exchange.getMessage();
        String code = message.getHeader(VantiqConstants.ERROR_CODE, String.class);
        if (code == null || query.isEnded()) {
            QueryAnswer.failure(query, exchange.getException());
            return;
        }
        query.fail(code, message.getHeader(VantiqConstants.ERROR_TEMPLATE, exchange.getException().getMessage(), String.class),
                message.getHeader(VantiqConstants.ERROR_PARAMETERS, List.of(), List.class));
    }

    private Object unwrap(Message message, Object payload) {
        if (!endpoint.getConfiguration().isStructuredMessageHeader() || !(payload instanceof Map<?, ?> map) || !map.containsKey("message")) {
            return payload;
        }
        if (map.get("headers") instanceof Map<?, ?> headers) {
            headers.forEach((key, value) -> {
                if (!endpoint.getHeaderFilterStrategy().applyFilterToExternalHeaders(String.valueOf(key), value, message.getExchange())) {
                    message.setHeader(String.valueOf(key), value);
                }
            });
        }
        return map.get("message");
    }

    private Object format(Object payload) {
        return switch (endpoint.getConfiguration().getOutputFormat()) {
            case object -> payload;
            case json -> new String(VantiqFrames.write(payload), StandardCharsets.UTF_8);
            case stream -> new ByteArrayInputStream(VantiqFrames.write(payload));
        };
    }
}
