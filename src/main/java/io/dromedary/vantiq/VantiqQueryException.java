package io.dromedary.vantiq;

import java.util.List;

/** Thrown by a route or bean to answer a Vantiq query with an error of its own code, template and parameters. */
public class VantiqQueryException extends VantiqException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String template;
    private final transient List<Object> parameters;

    /**
     * @param code       a stable name, such as {@code com.example.invalidQuery}
     * @param template   a text in which {@code {0}} stands for the first parameter, {@code {1}} for the second
     * @param parameters the values for the template
     */
    public VantiqQueryException(String code, String template, Object... parameters) {
        super(code + ": " + template);
        this.code = code;
        this.template = template;
        this.parameters = List.of(parameters);
    }

    /** The {@code messageCode} of the answer. */
    public String getCode() {
        return code;
    }

    /** The {@code messageTemplate} of the answer. */
    public String getTemplate() {
        return template;
    }

    /** The {@code parameters} of the answer. */
    public List<Object> getParameters() {
        return parameters == null ? List.of() : parameters;
    }
}
