package io.dromedary.command;

import java.util.Optional;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** Finds the files that lie beside a command's route: {@code list.schema.json} beside {@code list.camel.yaml}. */
public final class CommandFiles {

    /** How the name of a schema ends. */
    public static final String SCHEMA = ".schema.json";

    private static final String ROUTE_ENDING = ".camel.yaml";
    private static final String IN_JAR = ".jar!/";

    private CommandFiles() {
    }

    /**
     * A file beside a route.
     *
     * @param ending what its name has instead of {@code .camel.yaml}
     * @return nothing if the route comes from no file, or there is none beside it
     */
    public static Optional<Resource> beside(CamelContext context, Route route, String ending) {
        Resource source = route.getSourceResource();
        if (source == null || !source.getLocation().endsWith(ROUTE_ENDING)) {
            return Optional.empty();
        }
        return Optional.of(PluginHelper.getResourceLoader(context).resolveResource(location(source.getLocation(), ending))).filter(Resource::exists);
    }

    /** A route inside a jar says where the jar is, in a form that cannot be loaded again. */
    private static String location(String route, String ending) {
        String base = route.substring(0, route.length() - ROUTE_ENDING.length()) + ending;
        int inJar = base.indexOf(IN_JAR);
        return inJar < 0 ? base : "classpath:" + base.substring(inJar + IN_JAR.length());
    }
}
