package io.dromedary.describe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.rest.RestEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.rest.ParamDefinition;
import org.apache.camel.model.rest.RestDefinition;
import org.apache.camel.model.rest.RestParamType;
import org.apache.camel.model.rest.VerbDefinition;
import org.apache.camel.openapi.BeanConfig;
import org.apache.camel.openapi.RestOpenApiReader;
import org.apache.camel.openapi.RestOpenApiSupport;

/**
 * The HTTP paths of a running system as an OpenAPI 3 document. Camel describes what is written as {@code rest}; routes that begin with
 * {@code platform-http} are put into the same form first; their query parameters are the headers that their first step lets in
 * ({@code removeHeaders} with {@code excludePattern: status|job_type}).
 */
final class OpenApiDocument {

    private static final String JSON_TYPE = "application/json";
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private final CamelContext context;

    private OpenApiDocument(CamelContext context) {
        this.context = context;
    }

    static JsonNode of(CamelContext context) throws Exception {
        return new OpenApiDocument(context).make();
    }

    private JsonNode make() throws Exception {
        List<RestDefinition> described = new ArrayList<>();
        Set<String> served = new HashSet<>();
        for (Route route : context.getRoutes()) {
            if (!context.getRouteController().getRouteStatus(route.getRouteId()).isStarted()) {
                continue;
            }
            if (route.getEndpoint() instanceof RestEndpoint rest) {
                served.add(call(rest.getMethod(), rest.getPath() + "/" + (rest.getUriTemplate() == null ? "" : rest.getUriTemplate())));
            } else if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint) {
                described.addAll(rests(route, endpoint));
            }
        }
        for (RestDefinition rest : model().getRestDefinitions()) {
            described.add(only(rest, served));
        }
        BeanConfig config = new BeanConfig();
        config.setInfo(new Info().title("Dromedary").version(property("dromedary.version")).description("The HTTP paths that are served now, read from the routes that run."));
        config.setHost(property("dromedary.http-name") + ":" + property("camel.server.port"));
        config.setBasePath("");
        config.setSchemes(new String[] {"http"});
        OpenAPI read = new RestOpenApiReader().read(context, described.stream().filter(rest -> !rest.getVerbs().isEmpty()).toList(), config, context.getName(), context.getClassResolver());
        return completed(RestOpenApiSupport.getJsonFromOpenAPIAsString(read, config), produced(described));
    }

    private String property(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + ":}}");
    }

    private static String call(String method, String path) {
        return method.toUpperCase(Locale.ROOT) + " /" + path.replaceAll("/+", "/").replaceAll("^/|/$", "");
    }

    /** A copy with those of its verbs that are served. */
    private RestDefinition only(RestDefinition rest, Set<String> served) {
        RestDefinition copy = new RestDefinition();
        copy.setId(rest.getId());
        copy.setPath(rest.getPath());
        copy.setTag(rest.getTag());
        copy.setConsumes(rest.getConsumes());
        copy.setProduces(rest.getProduces());
        copy.setDescription(rest.getDescription());
        String base = rest.getPath() == null ? "" : rest.getPath();
        copy.setVerbs(rest.getVerbs().stream().filter(verb -> served.contains(
                call(verb.asVerb(), context.resolvePropertyPlaceholders(base + "/" + (verb.getPath() == null ? "" : verb.getPath()))))).toList());
        return copy;
    }

    private List<RestDefinition> rests(Route route, PlatformHttpEndpoint endpoint) {
        String path = endpoint.getPath() + (endpoint.isMatchOnUriPrefix() ? "/{path}" : "");
        String methods = endpoint.getHttpMethodRestrict() == null ? "GET" : endpoint.getHttpMethodRestrict();
        List<RestDefinition> rests = new ArrayList<>();
        for (String method : methods.split(",")) {
            RestDefinition rest = new RestDefinition();
            VerbDefinition verb = verb(rest, method.trim(), path);
            verb.setId(methods.contains(",") ? route.getRouteId() + "-" + method.trim().toLowerCase(Locale.ROOT) : route.getRouteId());
            verb.setDescription(route.getDescription());
            verb.setProduces(endpoint.getProduces());
            verb.setConsumes(endpoint.getConsumes());
            Set<String> inPath = new HashSet<>();
            for (Matcher part = PATH_PARAMETER.matcher(path); part.find();) {
                inPath.add(part.group(1));
                verb.getParams().add(parameter(verb, part.group(1), RestParamType.path));
            }
            letIn(route).stream().filter(name -> !inPath.contains(name)).forEach(name -> verb.getParams().add(parameter(verb, name, RestParamType.query)));
            rests.add(rest);
        }
        return rests;
    }

    /** Headers that are left when the route has begun. */
    private List<String> letIn(Route route) {
        RouteDefinition definition = model().getRouteDefinition(route.getRouteId());
        return definition == null ? List.of() : ProcessorDefinitionHelper.filterTypeInOutputs(definition.getOutputs(), RemoveHeadersDefinition.class).stream().limit(1)
                .flatMap(first -> Stream.of(Objects.requireNonNullElse(first.getExcludePattern(), "").split("\\|"))).filter(name -> name.matches("\\w+")).toList();
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    private static VerbDefinition verb(RestDefinition rest, String method, String path) {
        switch (method.toUpperCase(Locale.ROOT)) {
            case "POST" -> rest.post(path);
            case "PUT" -> rest.put(path);
            case "DELETE" -> rest.delete(path);
            case "PATCH" -> rest.patch(path);
            case "HEAD" -> rest.head(path);
            default -> rest.get(path);
        }
        return rest.getVerbs().get(0);
    }

    private static ParamDefinition parameter(VerbDefinition verb, String name, RestParamType type) {
        ParamDefinition parameter = new ParamDefinition(verb);
        parameter.setName(name);
        parameter.setType(type);
        parameter.setDataType("string");
        parameter.setRequired(type == RestParamType.path);
        return parameter;
    }

    /** What each operation answers with. */
    private static Map<String, String> produced(List<RestDefinition> rests) {
        Map<String, String> types = new HashMap<>();
        rests.forEach(rest -> rest.getVerbs().forEach(verb -> types.put(verb.getId(), verb.getProduces() == null ? rest.getProduces() : verb.getProduces())));
        return types;
    }

    /** Camel says nothing of bodies that have no Java class, nor of who is let in. */
    private static JsonNode completed(String document, Map<String, String> produced) throws IOException {
        ObjectNode root = (ObjectNode) CommandFacts.JSON.readTree(document);
        root.path("servers").forEach(server -> ((ObjectNode) server).put("url", server.path("url").asText().replaceAll("/$", "")));
        root.path("paths").forEach(path -> path.properties().forEach(operation -> {
            ObjectNode described = (ObjectNode) operation.getValue();
            described.remove("x-camelContextId");
            if (Set.of("post", "put", "patch").contains(operation.getKey()) && !described.has("requestBody")) {
                described.putObject("requestBody").putObject("content").putObject(JSON_TYPE).putObject("schema").put("type", "object");
            }
            String type = produced.get(described.path("operationId").asText());
            described.path("responses").forEach(response -> answer((ObjectNode) response, type));
        }));
        ObjectNode schemes = root.withObject("/components/securitySchemes");
        schemes.putObject("token").put("type", "http").put("scheme", "bearer").put("description", "Asked for when DROMEDARY_HTTP_TOKEN is set");
        schemes.putObject("password").put("type", "http").put("scheme", "basic").put("description", "Asked for when DROMEDARY_HTTP_PASSWORD is set");
        // The empty one says that both may be left out.
        ArrayNode security = root.putArray("security");
        security.addObject();
        security.addObject().putArray("token");
        security.addObject().putArray("password");
        return root;
    }

    private static void answer(ObjectNode response, String type) {
        if (response.path("description").asText().isEmpty()) {
            response.put("description", "The answer");
        }
        if (type != null && !response.has("content")) {
            response.putObject("content").putObject(type).putObject("schema");
        }
    }
}
