package io.dromedary.mavlink;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Talk to MAVLink vehicles such as PX4 and ArduPilot: receive messages, send commands.
 *
 * <p>Consumers are {@code mavlink:messages} and {@code mavlink:events}; all other operations are producers.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "mavlink", title = "MAVLink", syntax = "mavlink:operation", category = {Category.IOT},
        headersClass = MavlinkConstants.class)
public class MavlinkEndpoint extends DefaultEndpoint {

    static final String MESSAGES = "messages";
    static final String EVENTS = "events";

    /** What to receive or to do. */
    @UriPath(enums = "messages,events,command,request-message,set-interval,send,status,await-vehicle,log-list,"
            + "parameter-get,parameter-set,parameter-list,reboot,actuator-test,format,shell")
    @Metadata(required = true)
    private String operation;

    @UriParam
    private final MavlinkConfiguration configuration;

    public MavlinkEndpoint(String uri, MavlinkComponent component, MavlinkConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        VehicleOperation found = VehicleOperations.find(operation);
        if (found == null) {
            throw new IllegalArgumentException("mavlink:" + operation + " is no operation of a producer; there are " + VehicleOperations.names());
        }
        return new MavlinkProducer(this, found);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!MESSAGES.equals(operation) && !EVENTS.equals(operation)) {
            throw new IllegalArgumentException("mavlink:" + operation + " is no operation of a consumer; there are [events, messages]");
        }
        MavlinkConsumer consumer = new MavlinkConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public MavlinkComponent getComponent() {
        return (MavlinkComponent) super.getComponent();
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    public MavlinkConfiguration getConfiguration() {
        return configuration;
    }
}
