package io.dromedary.propeller;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.oci.OciArtifact;
import io.dromedary.oci.OciException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * The accounts of the transfers that run. It is also the aggregation strategy that counts what the broker has acknowledged: the group
 * of a transfer is complete when the transfer is over. Bounded by the number of transfers at once.
 */
public final class Transfers implements AggregationStrategy {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Transfer> running = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();
    private final int chunkSize;
    private volatile boolean stopping;

    /** Makes the accounts. */
    public Transfers(int chunkSize) {
        this.chunkSize = chunkSize;
    }

    /**
     * Opens an account for the request and keeps it as the variable {@code transfer}.
     *
     * @throws OciException if the proxy is stopping
     */
    public void begin(Exchange exchange) throws OciException {
        if (stopping) {
            throw new OciException(OciException.Kind.CLOSED, Failure.STOPPING);
        }
        Transfer transfer = new Transfer(String.valueOf(number.incrementAndGet()), exchange.getVariable("appName", String.class));
        running.put(transfer.getId(), transfer);
        exchange.setVariable("transfer", transfer);
        transfer.fetching();
    }

    /** Begins no other transfer, and cancels those that are still being fetched; their requesters are told. */
    void stop() {
        stopping = true;
        running.values().forEach(Transfer::cancel);
    }

    /** Enters what was found in the registry. */
    public void found(Exchange exchange) {
        exchange.getVariable("transfer", Transfer.class).found(exchange.getMessage().getBody(OciArtifact.class), chunkSize);
    }

    /** Turns the exception of an exchange into a {@link Failure} in the body, and ends the transfer if there is one. */
    public void failed(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Transfer transfer = exchange.getVariable("transfer", Transfer.class);
        Failure failure = Failure.of(thrown, transfer, exchange.getVariable("appName", String.class));
        if (transfer != null) {
            transfer.fetched();
            transfer.fail(failure);
        }
        exchange.getMessage().setBody(failure);
    }

    /** Counts one delivery, or takes note of a failure. */
    @Override
    public Exchange aggregate(Exchange before, Exchange delivery) {
        Object body = delivery.getMessage().getBody();
        Transfer transfer = body instanceof Chunk chunk ? chunk.getTransfer() : ((Failure) body).getTransfer();
        if (body instanceof Chunk chunk) {
            transfer.acknowledged(chunk);
            chunk.release();
        }
        Exchange group = before == null ? delivery : before;
        group.getMessage().setBody(transfer);
        return group;
    }

    /** Closes the account; false if it was closed before. */
    public boolean close(Transfer transfer) {
        return running.remove(transfer.getId()) != null;
    }

    /** The transfers that run and have sent something to send. */
    public Collection<Transfer> running() {
        return List.copyOf(running.values());
    }

    /** Writes a failure or the progress of a transfer as JSON into the body. */
    public byte[] message(Object what) throws IOException {
        return JSON.writeValueAsBytes(what instanceof Failure failure ? failure.toMap() : ((Transfer) what).progress());
    }

    /** Publishes gauges over all running transfers: their number, bytes left, bytes per second and seconds left. */
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("dromedary.proxy.transfers.running", running, Map::size).register(registry);
        Gauge.builder("dromedary.proxy.transfers.bytes.left", this, Transfers::bytesLeft).baseUnit("bytes").register(registry);
        Gauge.builder("dromedary.proxy.transfers.rate", this, Transfers::rate).baseUnit("bytes.per.second").register(registry);
        Gauge.builder("dromedary.proxy.transfers.seconds.left", this, t -> t.rate() == 0 ? 0 : t.bytesLeft() / t.rate()).baseUnit("seconds")
                .register(registry);
    }

    private double bytesLeft() {
        return running.values().stream().mapToDouble(Transfer::getBytesLeft).sum();
    }

    private double rate() {
        return running.values().stream().mapToDouble(Transfer::getRate).sum();
    }
}
