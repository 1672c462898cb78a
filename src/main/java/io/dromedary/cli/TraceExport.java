package io.dromedary.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import io.dromedary.embedded.StartRefused;
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
    static void apply(Settings settings, String machineId, Main main, Properties properties) {
        Optional<String> proxys = settings.isSet(SWITCH) ? Optional.empty() : settings.value("PROXY_OTEL_URL");
        double ratio = ratio(settings, proxys.isPresent());
        if (proxys.isPresent() ? ratio == 0 : !settings.isTrue(SWITCH) || settings.isAbsent(ENDPOINT)) {
            return;
        }
        properties.setProperty("camel.opentelemetry2.enabled", "true");
        String endpoint = proxys.map(TraceExport::withPath).orElseGet(() -> settings.value(ENDPOINT, DEFAULT_ENDPOINT));
        OtlpHttpSpanExporterBuilder exporter;
        try {
            exporter = OtlpHttpSpanExporter.builder().setEndpoint(endpoint).setTimeout(REQUEST_LIMIT);
        } catch (IllegalArgumentException e) {
            throw new StartRefused((proxys.isPresent() ? "PROXY_OTEL_URL" : ENDPOINT) + " is not the http:// or https:// address of a collector.", e);
        }
        settings.value("DROMEDARY_TRACING_TOKEN").ifPresent(token -> exporter.addHeader("Authorization", "Bearer " + token));
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"), "dromedary", AttributeKey.stringKey("service.instance.id"), machineId))))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).setMaxQueueSize(QUEUE).setScheduleDelay(BATCH_DELAY)
                        .setExporterTimeout(REQUEST_LIMIT).build())
                .build();
        main.bind("tracer", provider.get("camel"));
        main.bind("trace-context", ContextPropagators.create(W3CTraceContextPropagator.getInstance()));
        main.addMainListener(new TraceExport(provider));
    }

    /** The proxy that we stand in for records nothing unless it is told how much. */
    private static double ratio(Settings settings, boolean proxys) {
        String name = proxys ? "PROXY_TRACE_RATIO" : "DROMEDARY_TRACING_RATIO";
        try {
            double ratio = Double.parseDouble(settings.value(name, proxys ? "0" : "1"));
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new StartRefused(name + " must be a number from 0 to 1.");
    }

    /** The original's exporter adds the usual path to an address without one. */
    private static String withPath(String url) {
        String path = url.replaceFirst("^[a-z]+://[^/]*", "");
        return path.isEmpty() || path.equals("/") ? url.replaceFirst("/?$", "/v1/traces") : url;
    }

    @Override
    public void afterStop(BaseMainSupport stopped) {
        provider.shutdown().join(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
