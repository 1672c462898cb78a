package io.dromedary.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * Sends the spans of Camel's tracer to an OpenTelemetry collector: OTLP over HTTP, protobuf. Spans wait in a bounded queue; what a collector that
 * is away does not take is dropped, and never holds up an exchange. Nothing of this is loaded unless it is switched on.
 */
final class TraceExport extends MainListenerSupport {

    static final String SWITCH = "DROMEDARY_TRACING";
    static final String ENDPOINT = "DROMEDARY_TRACING_ENDPOINT";
    private static final String DEFAULT_ENDPOINT = "http://localhost:4318/v1/traces";
    private static final int QUEUE = 2_048;
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration BATCH_DELAY = Duration.ofSeconds(1);
    private static final long STOP_LIMIT_SECONDS = 5;

    private final SdkTracerProvider provider;

    private TraceExport(SdkTracerProvider provider) {
        this.provider = provider;
    }

    /** Makes it Camel's tracer if tracing is on; an empty endpoint leaves the spans to an OpenTelemetry agent of the virtual machine. */
    static void apply(Settings settings, String machineId, Main main) {
        if (!settings.isTrue(SWITCH) || settings.isAbsent(ENDPOINT)) {
            return;
        }
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(settings.value(ENDPOINT, DEFAULT_ENDPOINT)).setTimeout(REQUEST_LIMIT);
        settings.value("DROMEDARY_TRACING_TOKEN").ifPresent(token -> exporter.addHeader("Authorization", "Bearer " + token));
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"), "dromedary", AttributeKey.stringKey("service.instance.id"), machineId))))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(Double.parseDouble(settings.value("DROMEDARY_TRACING_RATIO", "1")))))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).setMaxQueueSize(QUEUE).setScheduleDelay(BATCH_DELAY)
                        .setExporterTimeout(REQUEST_LIMIT).build())
                .build();
        main.bind("tracer", provider.get("camel"));
        main.bind("trace-context", ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        main.addMainListener(new TraceExport(provider));
    }

    @Override
    public void afterStop(BaseMainSupport stopped) {
        provider.shutdown().join(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
