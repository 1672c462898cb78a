package io.dromedary.command;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import org.apache.camel.CamelContext;

/** Where a Camel context keeps its meters. */
public final class Meters {

    private Meters() {
    }

    /** The only registry of the context; the one of the whole process when it has none, or more than one. */
    public static MeterRegistry of(CamelContext context) {
        MeterRegistry found = context.getRegistry().findSingleByType(MeterRegistry.class);
        return found != null ? found : Metrics.globalRegistry;
    }
}
