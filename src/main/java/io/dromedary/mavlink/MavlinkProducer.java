package io.dromedary.mavlink;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Runs one operation of {@link VehicleOperations} for each exchange and puts its answer into the body. */
public class MavlinkProducer extends DefaultProducer {

    private final MavlinkEndpoint endpoint;
    private final VehicleOperation operation;
    private MavlinkLink link;

    MavlinkProducer(MavlinkEndpoint endpoint, VehicleOperation operation) {
        super(endpoint);
        this.endpoint = endpoint;
        this.operation = operation;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        link = endpoint.getComponent().acquire(endpoint.getConfiguration());
    }

    @Override
    protected void doStop() throws Exception {
        if (link != null) {
            endpoint.getComponent().release(link);
            link = null;
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        Map<String, Object> settings = endpoint.getConfiguration().settings();
        VehicleCall call = new VehicleCall(link, settings, arguments(settings, message), message.getBody());
        Object answer = operation.run(call);
        message.setBody(answer);
        call.replyHeaders().forEach(message::setHeader);
    }

    private static Map<String, Object> arguments(Map<String, Object> settings, Message message) {
        Map<String, Object> arguments = new LinkedHashMap<>(settings);
        message.getHeaders().forEach((name, value) -> {
            if (name.startsWith(MavlinkConstants.PREFIX) && name.length() > MavlinkConstants.PREFIX.length()) {
                String argument = name.substring(MavlinkConstants.PREFIX.length());
                arguments.put(Character.toLowerCase(argument.charAt(0)) + argument.substring(1), value);
            }
        });
        if (message.getBody() instanceof Map<?, ?> body) {
            body.forEach((name, value) -> arguments.put(String.valueOf(name), value));
        }
        return arguments;
    }
}
