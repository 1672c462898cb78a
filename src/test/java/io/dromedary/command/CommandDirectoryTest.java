package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.lazy.LazyRoutes;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** Commands are found while routes are exchanged. */
class CommandDirectoryTest {

    /** The registry is asked for the gate after the first look, which is when the exchange ends here. */
    @Test
    void findsACommandWhoseExchangeEndsWhileItIsLookedFor() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SwapGate gate = new SwapGate();
            gate.close();
            context.getRegistry().bind("swapGate", SwapGate.class, () -> {
                if (context.getRoute("back") == null) {
                    add(context, "back");
                    gate.open();
                }
                return gate;
            });
            context.start();
            assertThat(new CommandDirectory(context).find("petal-lab/back")).isPresent();
        }
    }

    @Test
    void saysAtOnceThatThereIsNone() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("swapGate", new SwapGate());
            context.start();
            assertThat(new CommandDirectory(context).find("petal-lab/none")).isEmpty();
        }
    }

    @Test
    void knowsTheCommandsThatAreMadeWhenTheyAreCalled() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            LazyRoutes lazy = new LazyRoutes(context, file -> true);
            context.getRegistry().bind("lazyRoutes", lazy);
            add(context, "echo");
            add(context, "list");
            context.start();
            CommandDirectory directory = new CommandDirectory(context);
            assertThat(directory.names()).containsExactly("petal-lab/echo", "petal-lab/list");
            assertThat(directory.near("petal-lab/lisst")).containsExactly("petal-lab/list");
            assertThat(context.getRoutes()).isEmpty();
            assertThat(directory.find("petal-lab/list")).hasValueSatisfying(route -> assertThat(route.getRouteId()).isEqualTo("list"));
            assertThat(directory.names()).containsExactly("petal-lab/echo", "petal-lab/list");
            assertThat(directory.find("petal-lab/none")).isEmpty();
            lazy.setPermission(file -> false);
            assertThat(directory.find("petal-lab/echo")).isEmpty();
            assertThat(directory.names()).containsExactly("petal-lab/list");
        }
    }

    private static void add(DefaultCamelContext context, String name) {
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:command/petal-lab/" + name).routeId(name).log("here");
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
