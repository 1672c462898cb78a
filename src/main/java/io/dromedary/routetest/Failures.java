package io.dromedary.routetest;

import java.lang.reflect.Constructor;

import com.fasterxml.jackson.databind.JsonNode;

/** Makes the failures that mocks answer with. */
final class Failures {

    private static final String COMMON = "java.io.IOException";

    private Failures() {
    }

    /** {@code fails: message}, or {@code fails: {type: class, message: text}}; an {@code IOException} unless a type is named. */
    static Exception of(JsonNode fails) {
        String type = fails.path("type").asText(COMMON);
        String message = fails.isTextual() ? fails.asText() : fails.path("message").asText("failed, as the test wants it");
        try {
            Class<?> found = Class.forName(type, true, Thread.currentThread().getContextClassLoader());
            for (Constructor<?> constructor : found.getDeclaredConstructors()) {
                Class<?>[] parameters = constructor.getParameterTypes();
                if (parameters.length == 1 && parameters[0] == String.class && Exception.class.isAssignableFrom(found)) {
                    constructor.setAccessible(true);
                    return (Exception) constructor.newInstance(message);
                }
            }
            return new IllegalArgumentException(type + " has no constructor that takes a message");
        } catch (ReflectiveOperationException e) {
            return new IllegalArgumentException("There is no exception " + type, e);
        }
    }
}
