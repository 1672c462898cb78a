package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;

import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * How the store is reached.
 *
 * @param endpoint  null for AWS itself
 * @param region    null for the standard chain (environment, profile)
 * @param pathStyle whether the bucket is part of the path instead of the host name
 */
record BucketClients(URI endpoint, String region, boolean pathStyle, AwsCredentialsProvider credentials) {

    private static final int MAX_CONNECTIONS = 32;

    S3Client client() {
        var builder = S3Client.builder().credentialsProvider(credentials).forcePathStyle(pathStyle)
                .overrideConfiguration(config -> config.apiCallAttemptTimeout(Duration.ofMinutes(5)))
                .httpClientBuilder(defaults -> new CancellableHttp(ApacheHttpClient.builder().maxConnections(MAX_CONNECTIONS)
                        .connectionTimeout(Duration.ofSeconds(5)).socketTimeout(Duration.ofSeconds(30))
                        .connectionAcquisitionTimeout(Duration.ofSeconds(30)).buildWithDefaults(defaults)));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (region != null) {
            builder.region(Region.of(region));
        }
        return builder.build();
    }

    S3Presigner presigner() {
        var builder = S3Presigner.builder().credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(pathStyle).build());
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (region != null) {
            builder.region(Region.of(region));
        }
        return builder.build();
    }
}
