package io.dromedary.proxies;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;

/** The first and the last step of the kamelets that call a proxy. */
public class KameletSteps {

    private static final String PREFIX = "proxy-";

    /**
     * Makes the body the parameters: those of the body when it is an object, and over them the kamelet's properties, which are in
     * variables. A body that is no object becomes the named parameter, if there is a name and the property is not set.
     */
    public void parameters(Exchange exchange, String names, String bodyName) {
        Object body = exchange.getMessage().getBody();
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (body instanceof Map<?, ?> map) {
            map.forEach((key, value) -> parameters.put(String.valueOf(key), value));
        } else if (body != null && !bodyName.isEmpty()) {
            parameters.put(bodyName, body instanceof Number ? body : exchange.getMessage().getBody(String.class));
        }
        for (String name : names.split(",")) {
            Object value = exchange.removeVariable(PREFIX + name);
            if (value != null && !value.toString().isEmpty()) {
                parameters.put(name, value);
            }
        }
        exchange.getMessage().setBody(parameters);
    }

    /** Seconds as a number of milliseconds. @throws BadParameter when it is no time */
    public long milliseconds(String seconds) {
        try {
            double value = Double.parseDouble(seconds.trim());
            if (value >= 0 && value < Integer.MAX_VALUE / 1000) {
                return Math.round(value * 1000);
            }
        } catch (NumberFormatException e) {
            // as out of range
        }
        throw new BadParameter("'" + seconds + "' is no number of seconds");
    }

    /** The same; an empty text stands for the usual. */
    public long millisecondsOr(String seconds, String usual) {
        return milliseconds(orUsual(seconds, usual));
    }

    /** A text; an empty one stands for the usual. */
    public String orUsual(String text, String usual) {
        return text.isBlank() ? usual : text;
    }

    /**
     * Makes the body the answer, or its {@code data} only.
     *
     * @throws ProxyFailure for an error, when it should fail the exchange
     */
    public void answer(Exchange exchange, boolean failOnError, boolean dataOnly) {
        Map<?, ?> answer = exchange.getMessage().getBody(Map.class);
        if (failOnError && answer.containsKey("error")) {
            throw new ProxyFailure(String.valueOf(answer.get("error")));
        }
        if (dataOnly) {
            exchange.getMessage().setBody(answer.get("data"));
        }
    }
}
