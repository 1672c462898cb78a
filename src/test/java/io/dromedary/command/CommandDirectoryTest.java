package io.dromedary.command;

import static org.assertj.core.api.Assertions.assertThat;

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
