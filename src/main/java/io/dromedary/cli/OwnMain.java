package io.dromedary.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Predicate;

import io.dromedary.console.RouteMeters;
import io.dromedary.console.SharedMBeanInfo;
import io.dromedary.lazy.LazyDirectComponent;
import io.dromedary.lazy.LazyRoutes;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.apache.camel.main.Main;
import org.apache.camel.spi.PackageScanResourceResolver;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesBuilderLoader;
import org.apache.camel.support.service.ServiceHelper;

/** Camel's standalone runtime, made to start fast with some hundred routes and to read our variables. */
final class OwnMain extends Main {

    private final Settings settings;
    private Predicate<Resource> lazy;

    OwnMain(Settings settings) {
        this.settings = settings;
    }

    /** @param lazy the files whose routes are made when they are called */
    void lazy(Predicate<Resource> lazy) {
        this.lazy = lazy;
    }

    @Override
    protected CamelContext createCamelContext() {
        CamelContext context = super.createCamelContext();
        // Where this class comes from, which in an OSGi container is not where the thread looks.
        context.setApplicationContextClassLoader(OwnMain.class.getClassLoader());
        context.getCamelContextExtension().setManagementMBeanAssembler(new SharedMBeanInfo(context));
        context.getRegistry().bind(DefaultRoutesLoader.ROUTES_LOADER_KEY_PREFIX + "camel.yaml", reader(context));
        context.getCamelContextExtension().addContextPlugin(PackageScanResourceResolver.class, new JarDirectory(context));
        context.addLifecycleStrategy(new RouteMeters());
        if (lazy != null) {
            LazyRoutes routes = new LazyRoutes(context, lazy);
            context.getRegistry().bind("lazyRoutes", routes);
            context.getRegistry().bind("direct", new LazyDirectComponent(routes));
        }
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.addPropertiesFunction(settings.placeholders());
        // By default DROMEDARY_CONSOLE=yes itself would win over dromedary.console, which application.properties reads from it as true.
        properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        // It makes its cache when it starts; without that, each step that calls a bean reads the bean's class again.
        ServiceHelper.startService(context.getComponent("bean"));
        return context;
    }

    private static RoutesBuilderLoader reader(CamelContext context) {
        ReadOnce reader = new ReadOnce();
        reader.setCamelContext(context);
        reader.start();
        return reader;
    }

    /**
     * Camel reads each file twice, first for its beans; they are bound in time without that, since no route is made before all files
     * are read. And it reads line by line in the process's character set, which is ASCII where no locale is set.
     */
    private static final class ReadOnce extends YamlRoutesBuilderLoader {
        @Override
        public void preParseRoute(Resource resource) {
        }

        @Override
        protected InputStream resourceInputStream(Resource resource) throws IOException {
            return resource.getInputStream();
        }
    }
}
