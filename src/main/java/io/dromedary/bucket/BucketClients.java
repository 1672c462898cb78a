package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How the store is reached. What is asked of it ends within a minute, all attempts together; transfers have limits of their own.
 *
 * @param endpoint  null for AWS itself
 * @param region    null for the standard chain (environment, profile)
 * @param pathStyle whether the bucket is part of the path instead of the host name
 */
record BucketClients(URI endpoint, String region, boolean pathStyle, AwsCredentialsProvider credentials) {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final int MAX_CONNECTIONS = 32;
    /** Of one attempt. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Those of transfers. A name is not looked up: that could take long, and can change. */
    TransferLimits limits() {
        return endpoint != null && endpoint.getHost() != null && LOOPBACK.matcher(endpoint.getHost()).matches() ? TransferLimits.NEAR : TransferLimits.FAR;
    }

    /** @param clock is told the store's time */
    S3Client client(StoreClock clock) {
        return client(clock, LIMIT);
    }

    /** @param limit of one attempt, and of waiting for the next byte */
    S3Client client(StoreClock clock, Duration limit) {
        var builder = S3Client.builder().credentialsProvider(credentials).forcePathStyle(pathStyle)
                .overrideConfiguration(config -> config.apiCallAttemptTimeout(limit).apiCallTimeout(limit.multipliedBy(2)))
                .httpClientBuilder(defaults -> new StoreHttp(ApacheHttpClient.builder().maxConnections(MAX_CONNECTIONS).expectContinueEnabled(false)
                        .connectionTimeout(Duration.ofSeconds(5)).socketTimeout(limit)
                        .connectionAcquisitionTimeout(Duration.ofSeconds(30)).buildWithDefaults(defaults), clock));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (region != null) {
            builder.region(Region.of(region));
        }
        return builder.build();
    }
}
