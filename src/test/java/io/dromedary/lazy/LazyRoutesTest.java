package io.dromedary.lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.dromedary.testing.Wait;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.SupervisingRouteController;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes that are made by who calls them first. */
class LazyRoutesTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final LazyRoutes lazy = new LazyRoutes(context, file -> file.getLocation().endsWith("shipped.yaml"));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void prepare() {
        context.getRegistry().bind("lazyRoutes", lazy);
        context.getRegistry().bind("direct", new LazyDirectComponent(lazy));
        // As the product has it: it leaves routes that are added later to whoever adds them.
        SupervisingRouteController supervisor = context.getRouteController().supervising();
        supervisor.setBackOffDelay(50);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        context.stop();
    }

    private void read(String file, RouteBuilder routes) throws Exception {
        routes.setResource(ResourceHelper.fromString(file, ""));
        context.addRoutes(routes);
    }

    private List<String> made() {
        return context.getRoutes().stream().map(Route::getRouteId).sorted().toList();
    }

    @Test
    void makesARouteWhenItIsCalled() throws Exception {
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:edge").routeId("edge").to("direct:first");
                from("direct:first").routeId("first").setBody(simple("${body}, first")).to("direct:second");
                from("direct:second").routeId("second").setBody(simple("${body}, second"));
                from("direct:third").routeId("third").log("never");
            }
        });
        context.start();
        assertThat(made()).containsExactly("edge");
        assertThat(lazy.names()).containsExactly("first", "second", "third");
        assertThat(call("direct:first", "called")).isEqualTo("called, first, second");
        assertThat(call("direct:first", "again")).isEqualTo("again, first, second");
        assertThat(made()).containsExactly("edge", "first", "second");
        assertThat(lazy.names()).containsExactly("third");
        lazy.makeAll();
        assertThat(made()).containsExactly("edge", "first", "second", "third");
    }

    private Object call(String uri, Object body) {
        return context.createProducerTemplate().requestBody(uri, body);
    }

    @Test
    void makesARouteOnceForAllWhoCallItTogether() throws Exception {
        AtomicInteger added = new AtomicInteger();
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onRoutesAdd(Collection<Route> routes) {
                added.addAndGet(routes.size());
            }
        });
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:double").routeId("double").to("direct:more").setBody(simple("${body}${body}"));
                from("direct:more").routeId("more").setBody(simple("${body}+"));
            }
        });
        context.start();
        CountDownLatch together = new CountDownLatch(1);
        List<Future<Object>> calls = IntStream.range(0, 40).mapToObj(n -> threads.submit(() -> {
            together.await();
            return call(n % 2 == 0 ? "direct:double" : "direct:more", n);
        })).toList();
        together.countDown();
        for (int n = 0; n < calls.size(); n++) {
            assertThat(calls.get(n).get(20, TimeUnit.SECONDS)).isEqualTo(n % 2 == 0 ? n + "+" + n + "+" : n + "+");
        }
        assertThat(added).hasValue(2);
    }

    @Test
    void doesNotMakeWhatMayNotRunNow() throws Exception {
        Set<String> running = ConcurrentHashMap.newKeySet();
        lazy.setPermission(file -> running.contains("flow"));
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:held").routeId("held").setBody(constant("answer"));
            }
        });
        context.start();
        assertThat(lazy.names()).isEmpty();
        assertThatThrownBy(() -> call("direct:held?block=false", "")).hasCauseInstanceOf(DirectConsumerNotAvailableException.class);
        assertThat(made()).isEmpty();
        assertThat(lazy.files()).hasSize(1);
        running.add("flow");
        assertThat(call("direct:held?block=false", "")).isEqualTo("answer");
    }

    @Test
    void saysEachTimeWhyARouteCannotBeMade() throws Exception {
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:wrong").routeId("wrong").to("nosuchscheme:x");
                from("direct:right").routeId("right").setBody(constant("answer"));
            }
        });
        context.start();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> call("direct:wrong", "")).isInstanceOf(CamelExecutionException.class).hasStackTraceContaining("nosuchscheme");
        }
        assertThat(call("direct:right", "")).isEqualTo("answer");
        assertThat(made()).containsExactly("right");
    }

    @Test
    void makesWhatAMessageUnderWayNeedsWhenTheContextStops() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:edge").routeId("edge").process(exchange -> {
                    begun.countDown();
                    stopping.await(20, TimeUnit.SECONDS);
                }).to("direct:later");
                from("direct:later").routeId("later").to("direct:last");
                from("direct:last").routeId("last").setBody(simple("${body} has come to its end"));
            }
        });
        context.start();
        Future<Object> answer = threads.submit(() -> call("seda:edge?waitForTaskToComplete=Always", "what was under way"));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Future<?> stopped = threads.submit(context::stop);
        Wait.until(context::isStopping);
        stopping.countDown();
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("what was under way has come to its end");
        stopped.get(30, TimeUnit.SECONDS);
        assertThat(context.isStopped()).isTrue();
    }

    @Test
    void leavesRoutesThatClashToCamel() throws Exception {
        RouteBuilder shipped = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:name").routeId("shipped").log("shipped");
                from("direct:other").routeId("other").log("other");
            }
        };
        read("shipped.yaml", shipped);
        read("own.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:own").routeId("other").log("own");
            }
        });
        assertThat(lazy.names()).containsExactly("name");
        assertThatThrownBy(context::start).hasStackTraceContaining("Duplicate id detected: other");
    }

    @Test
    void makesTheRoutesOfOtherFilesAndThoseWithAStartUpRuleAtOnce() throws Exception {
        read("own.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:own").routeId("own").to("direct:shipped");
            }
        });
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:shipped").routeId("shipped").setBody(constant("answer"));
                from("direct:off").routeId("off").autoStartup(false).log("off");
            }
        });
        context.start();
        assertThat(context.getRouteDefinitions()).extracting(RouteDefinition::getRouteId).containsExactlyInAnyOrder("off", "own");
        assertThat(call("direct:own", "")).isEqualTo("answer");
    }

    @Test
    void makesNothingBeforeTheStart() throws Exception {
        read("shipped.yaml", new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:early").routeId("early").setBody(constant("answer"));
            }
        });
        assertThat(lazy.make("early")).isFalse();
        context.start();
        assertThat(call("direct:early", "")).isEqualTo("answer");
    }

    @Test
    void hasNoneWhereNoneAreBound() {
        CamelContext plain = new DefaultCamelContext();
        assertThat(LazyRoutes.of(plain).names()).isEmpty();
        assertThat(LazyRoutes.of(plain).make("anything")).isFalse();
    }
}
