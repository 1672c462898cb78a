package io.dromedary.mavftp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.ExchangeHelper;

/** Sends the progress of transfers to an endpoint, on a thread of its own: a slow receiver misses some and delays nothing. */
final class MavftpProgressProducer implements AutoCloseable {

    private final CamelContext context;
    private final ProducerTemplate template;
    private final ExecutorService executor;
    private final String uri;
    private final long intervalNanos;

    MavftpProgressProducer(CamelContext context, String uri, long intervalMillis) {
        this.context = context;
        this.uri = uri;
        this.intervalNanos = intervalMillis * 1_000_000;
        this.template = context.createProducerTemplate();
        this.executor = context.getExecutorServiceManager().newThreadPool(this, "mavftp-progress", 0, 1);
    }

    /** A receiver for one transfer; its messages are copies of the exchange with another body. */
    FtpProgress of(Exchange exchange, String path) {
        AtomicBoolean busy = new AtomicBoolean();
        Exchange original = ExchangeHelper.createCopy(exchange, false);
        return new FtpProgress() {
            private long last = System.nanoTime() - intervalNanos;

            @Override
            public void update(long done, long total) {
                boolean end = done == total;
                if (!end && (System.nanoTime() - last < intervalNanos || !busy.compareAndSet(false, true))) {
                    return;
                }
                last = System.nanoTime();
                executor.execute(() -> {
                    try {
                        send(ExchangeHelper.createCopy(original, false), path, done, total);
                    } finally {
                        busy.set(false);
                    }
                });
            }
        };
    }

    private void send(Exchange message, String path, long done, long total) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("path", path);
        body.put("done", done);
        body.put("total", total);
        message.getMessage().setBody(body);
        template.send(uri, message);
    }

    @Override
    public void close() {
        context.getExecutorServiceManager().shutdownNow(executor);
        template.stop();
    }
}
