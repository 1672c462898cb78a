package io.dromedary.bucket;

import java.io.IOException;

import io.dromedary.job.Cancellation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Breaks off a request when the job that it belongs to is cancelled. An interrupt alone does not end a thread that waits for bytes of a
 * store that sends none. Besides, it counts what goes out and hears the store's time.
 */
final class StoreHttp implements SdkHttpClient {

    private static final String EXPECT = "Expect";
    /** Bytes of a content that is sent without asking whether it is welcome. */
    static final long MAX_AT_ONCE = 1 << 20;

    private final SdkHttpClient http;
    private final StoreClock clock;

    StoreHttp(SdkHttpClient http, StoreClock clock) {
        this.http = http;
        this.clock = clock;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest wanted) {
        ExecutableHttpRequest request = http.prepareRequest(UploadProgress.counted(atOnce(wanted)));
        Cancellation cancellation = Cancellation.current();
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                HttpExecuteResponse response = cancellation == null ? request.call() : cancellable();
                response.httpResponse().firstMatchingHeader("Date").ifPresent(clock::hear);
                return response;
            }

            private HttpExecuteResponse cancellable() throws IOException {
                try (Cancellation.Registration registration = cancellation.onCancel(request::abort)) {
                    refuse(null);
                    return request.call();
                } catch (IOException e) {
                    refuse(e);
                    throw e;
                }
            }

            /** Of this kind no attempt is made again. */
            private void refuse(IOException cause) {
                if (cancellation.isCancelled()) {
                    throw AbortedException.create("The transfer was cancelled", cause);
                }
            }

            @Override
            public void abort() {
                request.abort();
            }
        };
    }

    /** A small content goes with its head: to ask first whether it is welcome takes as long as to send it. The header is not signed. */
    private static HttpExecuteRequest atOnce(HttpExecuteRequest wanted) {
        SdkHttpRequest request = wanted.httpRequest();
        if (request.firstMatchingHeader(EXPECT).isEmpty()
                || request.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(Long.MAX_VALUE) > MAX_AT_ONCE) {
            return wanted;
        }
        return HttpExecuteRequest.builder().request(request.toBuilder().removeHeader(EXPECT).build())
                .metricCollector(wanted.metricCollector().orElse(null)).contentStreamProvider(wanted.contentStreamProvider().orElse(null)).build();
    }

    @Override
    public String clientName() {
        return http.clientName();
    }

    @Override
    public void close() {
        http.close();
    }
}
