package io.dromedary.vantiq;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Sends notifications, query responses and query errors, and declares the health of the TCP probe. */
public class VantiqProducer extends DefaultProducer {

    private final VantiqEndpoint endpoint;
    private final Map<String, VantiqSource> sources = new LinkedHashMap<>();

    public VantiqProducer(VantiqEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        for (String name : endpoint.sources()) {
            VantiqSource source = endpoint.getComponent().acquire(name, endpoint.getConfiguration());
            sources.put(name, source);
            endpoint.getComponent().ready(source);
        }
    }

    @Override
    protected void doStop() throws Exception {
        sources.values().forEach(endpoint.getComponent()::release);
        sources.clear();
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        String operation = endpoint.getConfiguration().getOperation();
        switch (operation == null ? "notification" : operation) {
            case "notification" -> notify(exchange.getMessage());
            case "queryResponse" -> respond(exchange.getMessage());
            case "queryError" -> fail(exchange.getMessage());
            case "declareHealthy" -> endpoint.getComponent().probe().declareHealthy();
            case "declareUnhealthy" -> endpoint.getComponent().probe().declareUnhealthy();
            default -> throw new VantiqConfigException("A vantiq producer sends notification, queryResponse or queryError, not " + operation);
        }
    }

    /** A notification goes to the source the header names, if it is one of ours; else to all of them. */
    private void notify(Message message) {
        Object payload = wrap(message, QueryAnswer.plain(message.getBody()));
        boolean connecting = VantiqListener.Operation.connect.name().equals(message.getHeader(VantiqConstants.OPERATION));
        VantiqSource named = sources.get(message.getHeader(VantiqConstants.SOURCE, "", String.class));
        for (VantiqSource source : named == null ? sources.values() : List.of(named)) {
            if (connecting) {
                source.session().greet(payload);
            } else {
                source.session().notify(payload);
            }
        }
    }

    private void respond(Message message) {
        Object body = QueryAnswer.body(message.getBody());
        int status = message.getHeader(VantiqConstants.STATUS, body == null ? VantiqFrames.EMPTY : VantiqFrames.COMPLETE, Integer.class);
        Object address = message.getHeader(VantiqConstants.REPLY_ADDRESS);
        VantiqSource source = source(message);
        QueryAnswer.checkResponse(source.session().settings().source(), address, status, body);
        source.session().queries().at(address).respond(status, body);
    }

    private void fail(Message message) {
        String code = message.getHeader(VantiqConstants.ERROR_CODE, String.class);
        String template = message.getHeader(VantiqConstants.ERROR_TEMPLATE, String.class);
        List<?> parameters = message.getHeader(VantiqConstants.ERROR_PARAMETERS, List.of(), List.class);
        Object address = message.getHeader(VantiqConstants.REPLY_ADDRESS);
        VantiqSource source = source(message);
        QueryAnswer.checkError(source.session().settings().source(), address, code, template, parameters);
        source.session().queries().at(address).fail(code, template, parameters);
    }

    /** An answer belongs to one source. */
    private VantiqSource source(Message message) {
        String wanted = message.getHeader(VantiqConstants.SOURCE, String.class);
        VantiqSource named = wanted == null ? null : sources.get(wanted);
        if (named == null && sources.size() > 1) {
            throw new VantiqException("The header " + VantiqConstants.SOURCE + " has to name one of the sources " + sources.keySet());
        }
        return named != null ? named : sources.values().iterator().next();
    }

    private Object wrap(Message message, Object payload) {
        if (!endpoint.getConfiguration().isStructuredMessageHeader()) {
            return payload;
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        message.getHeaders().forEach((key, value) -> {
            if (!endpoint.getHeaderFilterStrategy().applyFilterToCamelHeaders(key, value, message.getExchange())) {
                headers.put(key, value instanceof Number || value instanceof Boolean ? value : String.valueOf(value));
            }
        });
        Map<String, Object> wrapped = new LinkedHashMap<>();
        wrapped.put("headers", headers);
        wrapped.put("message", payload);
        return wrapped;
    }
}
