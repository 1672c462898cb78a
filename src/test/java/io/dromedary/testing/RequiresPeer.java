package io.dromedary.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs a test only where a real peer program is installed. A machine without it skips the test; with the environment variable
 * {@code DROMEDARY_REQUIRE_PEERS=true}, as in continuous integration, a missing peer is a failure instead.
 */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(RequiresPeer.Condition.class)
public @interface RequiresPeer {

    /** Programs that must be on the PATH, such as {@code mosquitto}. */
    String[] value() default {};

    /** Modules that {@link Peers#python()} must be able to import, such as {@code mavsdk}. */
    String[] python() default {};

    /** Packages that must be in {@link Peers#nodeModules()}, such as {@code @asyncapi/parser}; and then Node itself. */
    String[] node() default {};

    /** Looks for the peers and skips, or fails, when one is missing. */
    class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), RequiresPeer.class)
                    .map(Condition::evaluate)
                    .orElseGet(() -> ConditionEvaluationResult.enabled("no peer needed"));
        }

        private static ConditionEvaluationResult evaluate(RequiresPeer needed) {
            for (String program : needed.value()) {
                if (Peers.find(program).isEmpty()) {
                    return missing("program " + program);
                }
            }
            for (String module : needed.python()) {
                if (!Peers.pythonImports(module)) {
                    return missing("Python module " + module);
                }
            }
            for (String name : needed.node()) {
                if (Peers.find("node").isEmpty() || !Files.exists(Peers.nodeModules().resolve(name))) {
                    return missing("Node package " + name);
                }
            }
            return ConditionEvaluationResult.enabled("all peers are installed");
        }

        private static ConditionEvaluationResult missing(String what) {
            if (Boolean.parseBoolean(System.getenv("DROMEDARY_REQUIRE_PEERS"))) {
                throw new IllegalStateException("DROMEDARY_REQUIRE_PEERS is set, but this peer is not installed: " + what);
            }
            return ConditionEvaluationResult.disabled("peer not installed: " + what);
        }
    }
}
