package io.dromedary.routetest;

import java.util.Map;
import java.util.function.Supplier;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Stands in for every component that would reach outside: takes any options, opens nothing, hands what is sent to the case
 * that runs. Its consumers receive what the case gives to their route. Whether the options exist is the lint's question.
 */
final class StubComponent extends DefaultComponent {

    private static final String OVERRIDE_TOPIC = "CamelPahoMqtt5OverrideTopic";

    private final String scheme;
    private final Supplier<CaseRun> run;

    StubComponent(String scheme, Supplier<CaseRun> run) {
        this.scheme = scheme;
        this.run = run;
        // it has none of the options that the real one wants filled from the registry
        setAutowiredEnabled(false);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        parameters.clear();
        return new StubEndpoint(uri, remaining);
    }

    private final class StubEndpoint extends DefaultEndpoint {

        private final String remaining;

        StubEndpoint(String uri, String remaining) {
            super(uri, StubComponent.this);
            this.remaining = remaining;
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }

        @Override
        public boolean isSingleton() {
            return true;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) throws Exception {
                    String topic = scheme.startsWith("paho") ? exchange.getMessage().getHeader(OVERRIDE_TOPIC, remaining, String.class) : null;
                    run.get().outside(scheme + ":" + remaining, topic, exchange);
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor);
        }
    }
}
