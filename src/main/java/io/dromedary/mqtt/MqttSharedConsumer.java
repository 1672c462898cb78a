package io.dromedary.mqtt;

import java.util.concurrent.TimeUnit;

import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;

/**
 * One of several that share a subscription. When it stops and others remain it first leaves the subscription, and then serves what
 * the broker has given it already; nobody else would get that. As the last one it keeps the subscription, since the broker
 * drops what nobody subscribes to.
 */
class MqttSharedConsumer extends MqttConsumer implements ShutdownAware {

    /** Nothing has come for so long: the broker has nothing more for us. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private volatile long last = System.nanoTime();
    private volatile boolean leaving;

    MqttSharedConsumer(MqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    @Override
    protected void doStart() throws Exception {
        leaving = false;
        super.doStart();
    }

    @Override
    void received() {
        last = System.nanoTime();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask task) {
        Sharing sharing = getEndpoint().getCamelContext().getRegistry().findSingleByType(Sharing.class);
        MqttSubscriber subscriber = subscriber();
        if (subscriber == null || !subscriber.isSubscribed() || sharing == null || !sharing.othersRemain()) {
            return false;
        }
        subscriber.leave();
        last = System.nanoTime();
        leaving = true;
        return true;
    }

    @Override
    public int getPendingExchangesSize() {
        return leaving && System.nanoTime() - last < QUIET_NANOS ? Math.max(1, open()) : open();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // The subscription is left, or closed, by the strategy's other calls.
    }
}
