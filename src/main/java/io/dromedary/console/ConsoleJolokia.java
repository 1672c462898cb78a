package io.dromedary.console;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import org.jolokia.json.JSONStructure;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.impl.ClasspathServiceCreator;
import org.jolokia.server.core.service.impl.QuietLogHandler;

/** Jolokia, which carries MBeans over HTTP, within {@link ConsolePolicy}. */
final class ConsoleJolokia implements AutoCloseable {

    /** Answers of Jolokia stay below this number of objects; a page asks for one MBean or one list at a time. */
    private static final String MAX_OBJECTS = "200000";

    private JolokiaServiceManager services;
    private HttpRequestHandler handler;

    void start() {
        Map<String, String> options = new HashMap<>();
        options.put(ConfigKey.AGENT_ID.getKeyValue(), "dromedary");
        options.put(ConfigKey.AGENT_DESCRIPTION.getKeyValue(), "Dromedary");
        options.put(ConfigKey.DISCOVERY_ENABLED.getKeyValue(), "false");
        options.put(ConfigKey.INCLUDE_STACKTRACE.getKeyValue(), "false");
        options.put(ConfigKey.ALLOW_ERROR_DETAILS.getKeyValue(), "false");
        options.put(ConfigKey.MAX_OBJECTS.getKeyValue(), MAX_OBJECTS);
        services = JolokiaServiceManagerFactory.createJolokiaServiceManager(new StaticConfiguration(options), new QuietLogHandler(), new ConsolePolicy(), null);
        services.addServices(new ClasspathServiceCreator(ConsoleJolokia.class.getClassLoader(), "services"));
        handler = new HttpRequestHandler(services.start());
    }

    /** Answers one request; what is wrong with it is in the answer, as Jolokia's protocol has it. */
    void answer(RoutingContext context) {
        String uri = context.request().path();
        int prefix = uri.indexOf("/jolokia") + "/jolokia".length();
        String path = context.normalizedPath().length() > prefix ? uri.substring(prefix) : "";
        Map<String, String[]> parameters = new HashMap<>();
        context.queryParams().names().forEach(name -> parameters.put(name, context.queryParams().getAll(name).toArray(String[]::new)));
        try {
            context.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store");
            context.end(Buffer.buffer(text(structure(context, uri, path, parameters))));
        } catch (EmptyResponseException e) {
            context.end();
        } catch (IOException | RuntimeException | LinkageError e) {
            context.end(Buffer.buffer(text(handler.handleThrowable(e))));
        }
    }

    private JSONStructure structure(RoutingContext context, String uri, String path, Map<String, String[]> parameters)
            throws IOException, EmptyResponseException {
        if (context.request().method() == HttpMethod.POST) {
            Buffer body = context.body().buffer();
            return handler.handlePostRequest(uri, new ByteArrayInputStream(body == null ? new byte[0] : body.getBytes()), "UTF-8", parameters);
        }
        return handler.handleGetRequest(uri, path, parameters);
    }

    private static String text(JSONStructure answer) {
        StringWriter text = new StringWriter();
        try {
            answer.writeJSONString(text);
        } catch (IOException e) {
            throw new IllegalStateException("A string cannot fail", e);
        }
        return text.toString();
    }

    @Override
    public void close() {
        if (services != null) {
            services.stop();
            services = null;
        }
    }
}
