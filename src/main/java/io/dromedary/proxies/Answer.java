package io.dromedary.proxies;

import java.util.LinkedHashMap;

/** What a proxy's method answers: a map for routes, which also knows for edges how the call ended. */
public final class Answer extends LinkedHashMap<String, Object> {

    private static final long serialVersionUID = 1L;

    /** How a call ended. */
    public enum Kind {
        /** It was carried out. */
        DONE,
        /** A parameter is missing. */
        INCOMPLETE,
        /** A parameter cannot be used. */
        REFUSED,
        /** The proxy is switched off. */
        DISABLED,
        /** What it is about does not exist. */
        NOT_THERE,
        /** The peer did not do it, or is away. */
        FAILED
    }

    private final Kind kind;

    /** An empty answer. */
    public Answer(Kind kind) {
        this.kind = kind;
    }

    /** Of a call that was carried out, with a first field of its own. */
    public static Answer success(String field, Object value) {
        Answer answer = new Answer(Kind.DONE);
        answer.put("success", true);
        answer.put(field, value);
        return answer;
    }

    /** How the call ended. */
    public Kind kind() {
        return kind;
    }
}
