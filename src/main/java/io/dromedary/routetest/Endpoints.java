package io.dromedary.routetest;

import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.PollDefinition;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/** Names what a step calls in the form in which tests write it: {@code scheme:path}, {@code bean:ref.method}. */
final class Endpoints {

    private Endpoints() {
    }

    /** What the step calls with this message, or null if it calls nothing. */
    static String called(NamedNode step, Exchange exchange) {
        if (step instanceof BeanDefinition bean && bean.getRef() != null) {
            String method = bean.getMethod() == null ? bean.getNote() : bean.getMethod();
            return "bean:" + bean.getRef() + (method == null ? "" : "." + method.replaceFirst("\\(.*", ""));
        }
        String uri = uri(step);
        if (uri == null) {
            return null;
        }
        String resolved = exchange.getContext().resolvePropertyPlaceholders(uri);
        if (!(step instanceof SendDefinition) && resolved.contains("${")) {
            resolved = exchange.getContext().resolveLanguage("simple").createExpression(resolved).evaluate(exchange, String.class);
        }
        return plain(resolved);
    }

    private static String uri(NamedNode step) {
        if (step instanceof SendDefinition<?> send) {
            return send.getEndpointUri();
        }
        // A wire tap is one of these as well.
        if (step instanceof ToDynamicDefinition dynamic) {
            return dynamic.getUri();
        }
        if (step instanceof PollDefinition poll) {
            return poll.getUri();
        }
        boolean enriches = step instanceof EnrichDefinition || step instanceof PollEnrichDefinition;
        if (enriches && step instanceof org.apache.camel.model.ExpressionNode node && node.getExpression() != null) {
            return node.getExpression().getExpression();
        }
        return null;
    }

    /** Without options and the two slashes that Camel puts in. */
    static String plain(String uri) {
        int options = uri.indexOf('?');
        return (options < 0 ? uri : uri.substring(0, options)).replaceFirst("://", ":");
    }
}
