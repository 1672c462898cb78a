package io.dromedary.propeller;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;

/** Health in the shape of the original (v0.5.0 on), whose answer is a constant; this one tells whether requests can arrive. */
public final class ProxyHealth {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    /** Answers {@code {"status":"ok","service":"proxy"}}; while the broker is away the status is {@code unavailable}, with 503. */
    public Map<String, Object> report(Exchange exchange) {
        Route requests = exchange.getContext().getRoute("proxy-request");
        boolean listening = requests != null && requests.getConsumer() instanceof HealthCheckAware aware
                && aware.getHealthCheck().call().getState() == HealthCheck.State.UP;
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, listening ? OK : UNAVAILABLE);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", listening ? "ok" : "unavailable");
        answer.put("service", "proxy");
        return answer;
    }
}
