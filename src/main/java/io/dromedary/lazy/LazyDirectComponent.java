package io.dromedary.lazy;

import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.direct.DirectConsumer;

/** Camel's {@code direct:}, whose first call makes the route that was kept back. */
public final class LazyDirectComponent extends DirectComponent {

    private final LazyRoutes routes;

    /** @param routes what is kept back */
    public LazyDirectComponent(LazyRoutes routes) {
        this.routes = routes;
    }

    @Override
    protected DirectConsumer getConsumer(String key, boolean block, long timeout) throws InterruptedException {
        routes.make(LazyRoutes.name(key));
        return super.getConsumer(key, block, timeout);
    }
}
