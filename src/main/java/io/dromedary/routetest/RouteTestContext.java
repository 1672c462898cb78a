package io.dromedary.routetest;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultComponentResolver;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.spi.ContextServiceLoaderPluginResolver;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The routes of one test file, with the bus and its errors, in a Camel context without any connection to the outside: every
 * component that has one is replaced, and the environment is not read.
 */
final class RouteTestContext implements AutoCloseable {

    /** Components that stay inside the process and are used as they are; all others are stubs. */
    private static final Set<String> REAL = Set.of("bean", "class", "dataformat", "direct", "json-validator", "kamelet", "language",
            "log", "mock", "seda", "controlbus", "validator", "ref");
    private static final String BUS_PUBLISH = "direct:bus-publish";
    private static final List<String> COMMON = List.of("classpath:routes/errors.camel.yaml", "classpath:routes/bus/bus.camel.yaml");

    private final DefaultCamelContext context = new Isolated();
    private final AtomicReference<CaseRun> run = new AtomicReference<>();
    private final Coverage coverage;

    /**
     * Loads and starts the routes.
     *
     * @param scratch  takes what the routes write
     * @param kamelets folders with kamelets beside the shipped ones
     */
    RouteTestContext(TestFile test, Path scratch, List<Path> kamelets) throws Exception {
        coverage = new Coverage(new LinkedHashSet<>(test.routes()));
        quiet();
        properties(test, scratch);
        context.getCamelContextExtension().addContextPlugin(ComponentResolver.class, new StubResolver());
        context.getCamelContextExtension().addInterceptStrategy((camel, step, target, next) -> new StepProbe(step, target, coverage, run::get));
        SedaComponent seda = new SedaComponent();
        // How long stopping may take; production keeps the longer default.
        seda.setDefaultPollTimeout(20);
        context.addComponent("seda", seda);
        KameletComponent kamelet = new KameletComponent();
        kamelet.setLocation("classpath:kamelets" + kamelets.stream().map(folder -> ",file:" + folder).collect(Collectors.joining()));
        context.addComponent("kamelet", kamelet);
        context.getRegistry().bind("meters", new SimpleMeterRegistry());
        try {
            load(test);
            context.start();
        } catch (Exception e) {
            context.stop();
            throw e;
        }
    }

    private void quiet() {
        context.disableJMX();
        context.setSourceLocationEnabled(true);
        context.setLoadHealthChecks(false);
        context.setAutoStartup(true);
        context.getShutdownStrategy().setTimeout(5);
        context.getShutdownStrategy().setSuppressLoggingOnTimeout(true);
    }

    private void properties(TestFile test, Path scratch) {
        Properties overrides = new Properties();
        overrides.setProperty("dromedary.data-dir", scratch.toString());
        overrides.setProperty("dromedary.device-id", "test-device");
        overrides.putAll(test.properties());
        context.getPropertiesComponent().setLocation("classpath:application.properties");
        context.getPropertiesComponent().setOverrideProperties(overrides);
        context.getPropertiesComponent().addPropertiesFunction(new NoEnvironment());
    }

    private void load(TestFile test) throws Exception {
        Set<String> files = new LinkedHashSet<>(COMMON);
        files.addAll(test.routes());
        Resource[] resources = files.stream().map(file -> PluginHelper.getResourceLoader(context).resolveResource(file)).toArray(Resource[]::new);
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        if (context.getRouteDefinitions().stream().noneMatch(route -> route.getInput().getEndpointUri().equals(BUS_PUBLISH))) {
            context.addRoutes(new BusPublish());
        }
        context.getRouteConfigurationDefinitions().forEach(configuration -> configuration.getOnExceptions().forEach(RouteTestContext::hurry));
        for (RouteDefinition route : context.getRouteDefinitions()) {
            route.setAutoStartup("true");
            for (BeanDefinition bean : ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), BeanDefinition.class)) {
                stubMocked(test, bean);
            }
        }
    }

    /** Nobody waits for the pauses between tries; how often it tries stays. */
    private static void hurry(OnExceptionDefinition handler) {
        RedeliveryPolicyDefinition policy = handler.getRedeliveryPolicyType();
        if (policy != null) {
            policy.setRedeliveryDelay("1");
            policy.setMaximumRedeliveryDelay("1");
            policy.setUseExponentialBackOff("false");
        }
    }

    /** A bean that exists only as a mock cannot be asked for its method, so the step keeps the method's name as a note. */
    private void stubMocked(TestFile test, BeanDefinition step) {
        String reference = step.getRef();
        if (reference == null) {
            return;
        }
        Object found = context.getRegistry().lookupByName(reference);
        if (found != null && !(found instanceof Placeholder)) {
            return;
        }
        boolean mocked = CaseRun.mocksBean(test.mocks(), reference)
                || test.cases().stream().anyMatch(one -> CaseRun.mocksBean(one.mocks(), reference));
        if (mocked) {
            context.getRegistry().bind(reference, new Placeholder());
            step.setNote(step.getMethod());
            step.setMethod((String) null);
        }
    }

    /** Stands in the registry for a bean that only mocks know. */
    private static final class Placeholder {
    }

    CamelContext camel() {
        return context;
    }

    Coverage coverage() {
        return coverage;
    }

    /** From now on the mocks of this case answer. */
    void begin(CaseRun next) {
        run.set(next);
    }

    @Override
    public void close() {
        run.set(null);
        context.stop();
    }

    /** Without the plugins that others put on the class path: some open ports. */
    private static final class Isolated extends DefaultCamelContext {
        @Override
        protected ContextServiceLoaderPluginResolver createContextServiceLoaderPlugin() {
            return new NoPlugins();
        }

        @Override
        protected ClassResolver createClassResolver() {
            return new KnownServices(this);
        }
    }

    private static final class NoPlugins extends ServiceSupport implements ContextServiceLoaderPluginResolver {
        @Override
        public void setCamelContext(CamelContext camel) {
            // Nothing is loaded for it.
        }

        @Override
        public CamelContext getCamelContext() {
            return null;
        }
    }

    /** Takes what leaves on the bus. */
    private final class BusPublish extends RouteBuilder {
        @Override
        public void configure() {
            from(BUS_PUBLISH).routeId("bus-publish").process(this::publish);
        }

        private void publish(Exchange exchange) {
            CaseRun current = run.get();
            if (current != null) {
                current.published(exchange.getVariable("busTopic", String.class), exchange);
            }
        }
    }

    private final class StubResolver implements ComponentResolver {
        private final ComponentResolver found = new DefaultComponentResolver();

        @Override
        public Component resolveComponent(String name, CamelContext camel) throws Exception {
            return REAL.contains(name) ? found.resolveComponent(name, camel) : new StubComponent(name, run::get);
        }
    }

    /** A test is the same everywhere, so every variable of the environment has its default. */
    private static final class NoEnvironment implements PropertiesFunction {
        @Override
        public String getName() {
            return "env";
        }

        @Override
        public String apply(String remainder) {
            int colon = remainder.indexOf(':');
            return colon < 0 ? null : remainder.substring(colon + 1);
        }
    }
}
