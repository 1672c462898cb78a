package io.dromedary.vantiq;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

import io.dromedary.vantiq.VantiqListener.Operation;

/**
 * Be a source of a Vantiq server: take its configuration, publishes and queries, send notifications and answers.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "vantiq", title = "Vantiq", syntax = "vantiq:source",
             category = {Category.IOT, Category.CLOUD}, headersClass = VantiqConstants.class)
@Metadata(annotations = {"protocol=wss"})
public class VantiqEndpoint extends DefaultEndpoint implements EndpointServiceLocation, HeaderFilterStrategyAware {

    @UriParam
    private final VantiqConfiguration configuration;
    @UriParam(label = "advanced", description = "Decides which headers pass in and out with structuredMessageHeader. Without it all but Camel's own.")
    private HeaderFilterStrategy headerFilterStrategy = structured();

    private boolean answersQueries = true;

    public VantiqEndpoint(String uri, VantiqComponent component, VantiqConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    private static HeaderFilterStrategy structured() {
        DefaultHeaderFilterStrategy strategy = new DefaultHeaderFilterStrategy();
        strategy.setLowerCase(true);
        strategy.setInFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        strategy.setOutFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        return strategy;
    }

    @Override
    public VantiqComponent getComponent() {
        return (VantiqComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new VantiqProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        VantiqConsumer consumer = new VantiqConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Whether a query is answered with the exchange's result; with {@code exchangePattern=InOnly} some later producer answers. */
    boolean answersQueries() {
        return answersQueries;
    }

    @Override
    public void setExchangePattern(ExchangePattern exchangePattern) {
        super.setExchangePattern(exchangePattern);
        answersQueries = exchangePattern.isOutCapable();
    }

    public VantiqConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    @Override
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    @Override
    public String getServiceUrl() {
        return getComponent().targets().get().toString();
    }

    @Override
    public String getServiceProtocol() {
        return "wss";
    }

    /** The names of the sources this endpoint stands for. */
    List<String> sources() {
        return getComponent().sourceNames(configuration.getSource());
    }

    /** What a consumer takes. */
    Set<Operation> consumed() {
        if (configuration.getOperation() == null) {
            return EnumSet.allOf(Operation.class);
        }
        EnumSet<Operation> operations = EnumSet.noneOf(Operation.class);
        for (String word : configuration.getOperation().split(",")) {
            operations.add(Arrays.stream(Operation.values()).filter(o -> o.name().equals(word.trim())).findFirst()
                    .orElseThrow(() -> new VantiqConfigException("A vantiq consumer takes connect, publish, query or close, not " + word.trim())));
        }
        return operations;
    }
}
