package io.dromedary.proxies;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backing service as routes see it: each method takes its parameters as a map and answers with a map, {@code data} and
 * {@code success} or {@code error}. Nothing that a caller or the peer does wrong is thrown.
 */
public abstract class Proxy {

    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

    private final String name;
    private final String title;
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean enabled = true;

    /**
     * A proxy, switched on.
     *
     * @param name  how control calls name it, such as {@code cloud}
     * @param title how errors name it, such as {@code CloudDBProxy}
     */
    protected Proxy(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** How control calls name it. */
    public final String name() {
        return name;
    }

    /** Whether it serves calls. */
    public final boolean isEnabled() {
        return enabled;
    }

    /** Switches it on or off; calls that run are not interrupted. */
    public final void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** Calls since the start. */
    public final long calls() {
        return calls.sum();
    }

    /** Calls that were answered with an error. */
    public final long failures() {
        return failures.sum();
    }

    /** What callers are told while it is switched off. */
    public final String disabledText() {
        return title + " is not enabled. Please enable '" + name + "' in proxies.yaml.";
    }

    /**
     * Asks the peer something small to see whether it works.
     *
     * @throws ProxyFailure if it does not
     */
    public abstract void probe();

    /** Runs a method whose result is the whole answer. */
    public final Map<String, Object> call(Map<String, Object> body, Function<Parameters, Map<String, Object>> method) {
        calls.increment();
        if (!enabled) {
            return error(Answer.Kind.DISABLED, disabledText());
        }
        try {
            return method.apply(new Parameters(body));
        } catch (BadParameter e) {
            Map<String, Object> answer = error(e.isMissing() ? Answer.Kind.INCOMPLETE : Answer.Kind.REFUSED, e.getMessage());
            answer.putAll(e.fields());
            return answer;
        } catch (NotThere e) {
            return error(Answer.Kind.NOT_THERE, e.getMessage());
        } catch (ProxyFailure e) {
            Map<String, Object> answer = error(Answer.Kind.FAILED, e.getMessage());
            answer.putAll(e.fields());
            return answer;
        } catch (RuntimeException e) {
            LOG.warn("{} failed: {}", title, e.toString());
            LOG.debug("Its stack trace", e);
            return error(Answer.Kind.FAILED, "Request failed: " + e.getMessage());
        }
    }

    /** Runs a method and answers with its result as {@code data}. */
    public final Map<String, Object> data(Map<String, Object> body, Function<Parameters, Object> method) {
        return call(body, parameters -> success(method.apply(parameters)));
    }

    private static Map<String, Object> success(Object data) {
        Map<String, Object> answer = new Answer(Answer.Kind.DONE);
        answer.put("data", data);
        answer.put("success", true);
        return answer;
    }

    private Map<String, Object> error(Answer.Kind kind, String text) {
        failures.increment();
        Map<String, Object> answer = new Answer(kind);
        answer.put("error", text);
        return answer;
    }
}
