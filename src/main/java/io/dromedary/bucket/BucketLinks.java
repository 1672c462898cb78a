package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import io.dromedary.proxies.Answer;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.Parameters;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Addresses at which one GET or PUT of an object needs no credentials. They are made here, without asking the store, and count from the
 * store's time: the SDK's presigner knows this machine's clock only.
 */
final class BucketLinks {

    private static final int MAX_SECONDS = 7 * 24 * 3600;
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private final BucketStore store;
    private final String bucket;
    private final AwsCredentialsProvider credentials;
    private final BucketCalls calls;

    BucketLinks(BucketStore store, String bucket, AwsCredentialsProvider credentials, BucketCalls calls) {
        this.store = store;
        this.bucket = bucket;
        this.credentials = credentials;
        this.calls = calls;
    }

    /** A link to a key with {@code expires_in} (s, 3600) and {@code method} (GET or PUT). */
    Map<String, Object> presign(String key, Parameters parameters) {
        Duration life = Duration.ofSeconds(parameters.number("expires_in", 3600, 1, MAX_SECONDS));
        String method = parameters.text("method", "GET");
        if (!method.equals("GET") && !method.equals("PUT")) {
            throw new BadParameter("method must be GET or PUT");
        }
        Map<String, Object> answer = Answer.success("s3_key", key);
        answer.put("url", calls.trying("Presign", () -> link(method, key, life)));
        answer.put("method", method);
        answer.put("expires_in", life.toSeconds());
        return answer;
    }

    private String link(String method, String key, Duration life) {
        S3Client client = store.client();
        URI address = URI.create(client.utilities().getUrl(object -> object.bucket(bucket).key(key)).toString());
        return SIGNER.sign(sign -> sign.identity(credentials.resolveCredentials())
                .request(SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(address).build())
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, client.serviceClientConfiguration().region().id())
                .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, life)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                // An object's key is taken as it is.
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                .putProperty(HttpSigner.SIGNING_CLOCK, store.clock().now())).request().getUri().toString();
    }
}
