package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * How the store is reached.
 *
 * @param endpoint  null for AWS itself
 * @param region    null for the standard chain (environment, profile)
 * @param pathStyle whether the bucket is part of the path instead of the host name
 */
record BucketClients(URI endpoint, String region, boolean pathStyle, AwsCredentialsProvider credentials) {

    private static final int MAX_CONNECTIONS = 32;

    /** @param clock is told the store's time */
    S3Client client(StoreClock clock) {
        var builder = S3Client.builder().credentialsProvider(credentials).forcePathStyle(pathStyle)
                .overrideConfiguration(config -> config.apiCallAttemptTimeout(Duration.ofMinutes(5)))
                .httpClientBuilder(defaults -> new StoreHttp(ApacheHttpClient.builder().maxConnections(MAX_CONNECTIONS).expectContinueEnabled(false)
                        .connectionTimeout(Duration.ofSeconds(5)).socketTimeout(Duration.ofSeconds(30))
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
