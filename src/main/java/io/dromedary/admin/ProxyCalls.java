package io.dromedary.admin;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.command.CommandRefused;
import io.dromedary.command.ErrorCodes;
import io.dromedary.lazy.LazyRoutes;
import io.dromedary.proxies.Answer;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.RemotePaths;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Variable;

/** Calls of proxies' methods from outside, over HTTP and over the bus. The bean {@code proxyCalls}. */
public class ProxyCalls implements CamelContextAware {

    private static final Pattern PATH = Pattern.compile("/proxies/(redis|cloud|local|bucket)/([a-z_-]{1,40})/?(?:\\?.*)?$");

    private CamelContext context;
    private LazyRoutes lazy;
    private RemotePaths paths = new RemotePaths("");
    private ProducerTemplate template;

    /** Folders whose files callers may name, divided by commas; a relative path is below the first. */
    public void setFolders(String folders) {
        paths = new RemotePaths(folders);
    }

    /**
     * Notes in the variable {@code proxyMethod} what the path names, as the page spells it or with dashes. Taken from the path itself:
     * a method may have a parameter of its own that is called {@code method}.
     */
    public void named(Exchange exchange) throws HttpProblem {
        Matcher path = PATH.matcher(exchange.getMessage().getHeader(Exchange.HTTP_URI, "", String.class));
        String name = path.find() ? path.group(1) + "/" + path.group(2).replace('_', '-') : "";
        lazy.make(name);
        if (name.isEmpty() || context.getRoutes().stream().noneMatch(route -> route.getEndpoint().getEndpointUri().equals("direct://" + name))) {
            throw new HttpProblem(404, "No such method; see /openapi.json and the page of the proxies");
        }
        exchange.setVariable("proxyMethod", name);
    }

    /** Calls the method of the variable {@code proxyMethod}; the answer is that of the proxy. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> call(@Variable("proxyMethod") String method, @Body Map<String, Object> body) throws HttpProblem, IOException {
        try {
            return template().requestBody("direct:" + method, paths.checked(body), Map.class);
        } catch (BadParameter e) {
            throw new HttpProblem(422, e.getMessage());
        }
    }

    private synchronized ProducerTemplate template() {
        if (template == null) {
            template = context.createProducerTemplate();
        }
        return template;
    }

    /** Checks the parameters of a command before its proxy gets them. */
    public Map<String, Object> parameters(Object payload) throws CommandRefused, IOException {
        if (payload != null && !(payload instanceof Map<?, ?>)) {
            throw new CommandRefused(ErrorCodes.VALIDATION_ERROR, "The payload must be an object");
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (payload instanceof Map<?, ?> map) {
            map.forEach((key, value) -> parameters.put(String.valueOf(key), value));
        }
        try {
            return paths.checked(parameters);
        } catch (BadParameter e) {
            throw new CommandRefused(ErrorCodes.VALIDATION_ERROR, e.getMessage());
        }
    }

    /** Turns a proxy's error into a command's. */
    public Map<String, Object> result(Map<String, Object> answer) throws CommandRefused {
        if (answer instanceof Answer known && known.kind() != Answer.Kind.DONE) {
            boolean wrong = known.kind() == Answer.Kind.INCOMPLETE || known.kind() == Answer.Kind.REFUSED;
            throw new CommandRefused(wrong ? ErrorCodes.VALIDATION_ERROR : ErrorCodes.PROXY_ERROR, String.valueOf(answer.get("error")));
        }
        return answer;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
        this.lazy = LazyRoutes.of(context);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
