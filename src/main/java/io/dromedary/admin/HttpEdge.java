package io.dromedary.admin;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.dromedary.proxies.Answer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Turns requests into parameters and answers into JSON, with the statuses and the {@code detail} of the reference. The bean {@code httpEdge}. */
public class HttpEdge {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {
    };
    private static final int MAX_BODY = 2 << 20;

    /** Makes the body the request's JSON object; an empty body is an empty object. All headers go. */
    public void open(Exchange exchange) throws HttpProblem, IOException {
        openWith(exchange, "");
    }

    /** The same; the named parameters of path and query, divided by commas, become fields. */
    public void openWith(Exchange exchange, String parameters) throws HttpProblem, IOException {
        Message message = exchange.getMessage();
        Map<String, Object> fields = new LinkedHashMap<>();
        Arrays.stream(parameters.split(",")).map(String::trim).filter(name -> !name.isEmpty()).forEach(name -> {
            String value = message.getHeader(name, String.class);
            if (value != null) {
                fields.put(name, value);
            }
        });
        fields.putAll(body(message));
        message.removeHeaders("*");
        message.setBody(fields);
    }

    private static Map<String, Object> body(Message message) throws HttpProblem, IOException {
        try (InputStream in = message.getBody(InputStream.class)) {
            byte[] bytes = in == null ? new byte[0] : in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new HttpProblem(413, "The body has more than " + MAX_BODY + " bytes");
            }
            Map<String, Object> fields = bytes.length == 0 ? Map.of() : JSON.readValue(bytes, MAP);
            if (fields == null) {
                throw new HttpProblem(422, "The body must be a JSON object");
            }
            return fields;
        } catch (MismatchedInputException e) {
            throw new HttpProblem(422, "The body must be a JSON object");
        } catch (JsonProcessingException e) {
            throw new HttpProblem(422, "The body is no JSON object: " + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    /** Refuses a proxy's answer that is an error. */
    public void require(Exchange exchange) throws HttpProblem {
        requireSaying(exchange, "");
    }

    /** The same, with words before the error's text. */
    public void requireSaying(Exchange exchange, String before) throws HttpProblem {
        if (exchange.getMessage().getBody() instanceof Answer answer && answer.containsKey("error")) {
            String text = String.valueOf(answer.get("error"));
            throw new HttpProblem(status(answer), switch (answer.kind()) {
                case INCOMPLETE -> spoken(text);
                case DISABLED, REFUSED -> text;
                default -> before + text;
            });
        }
    }

    private static int status(Answer answer) {
        return switch (answer.kind()) {
            case DONE -> 200;
            case INCOMPLETE -> 400;
            case REFUSED -> 422;
            case DISABLED -> 503;
            case NOT_THERE -> 404;
            case FAILED -> 500;
        };
    }

    /** {@code table_name is required} as the reference says it: {@code Table name is required}. */
    private static String spoken(String text) {
        String words = text.replace('_', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Writes the body as JSON; that of a proxy which failed has the status that fits, and its error as {@code detail} as well. */
    public void answer(Exchange exchange) throws JsonProcessingException {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Answer answer && answer.containsKey("error")) {
            answer.put("detail", answer.get("error"));
            write(exchange, status(answer), answer);
        } else {
            write(exchange, 200, body);
        }
    }

    /** Answers for a request that failed. */
    public void failed(Exchange exchange) throws JsonProcessingException {
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        int status = failure instanceof HttpProblem problem ? problem.status() : 500;
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        write(exchange, status, Map.of("detail", text));
    }

    private static void write(Exchange exchange, int status, Object body) throws JsonProcessingException {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(JSON.writeValueAsBytes(body));
    }
}
