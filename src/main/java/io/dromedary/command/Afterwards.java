package io.dromedary.command;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;

/** What a command does after its answer is out. The bean {@code afterwards}. */
public class Afterwards extends ServiceSupport implements CamelContextAware {

    private CamelContext context;
    private ProducerTemplate template;

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    protected void doStart() {
        template = context.createProducerTemplate();
    }

    @Override
    protected void doStop() {
        template.stop();
    }

    /**
     * Sends a copy of the message, as it is now, to an endpoint once the exchange is over: when the answer has been delivered. The
     * endpoint should be a queue, since the thread that answers waits for it.
     */
    public void send(Exchange exchange, String uri) {
        // A copy would belong to the same unit of work, which ends now.
        Exchange later = new DefaultExchange(context);
        later.getMessage().setBody(exchange.getMessage().getBody());
        exchange.getVariables().forEach(later::setVariable);
        later.removeVariable(CommandState.ENTRY);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                template.send(uri, later);
            }
        });
    }
}
