package io.dromedary.admin;

/** A request that is answered with a status other than 200 and {@code detail}. */
public class HttpProblem extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** A status and the text for whoever asked. */
    public HttpProblem(int status, String detail) {
        super(detail);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
