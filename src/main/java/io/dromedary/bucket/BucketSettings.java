package io.dromedary.bucket;

import java.net.URI;
import java.time.Duration;

import io.dromedary.proxies.JsonClient;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Which bucket of which S3, and how it is reached. The bean {@code bucketSettings}. */
public class BucketSettings {

    private static final Duration TOKEN_LIMIT = Duration.ofSeconds(30);

    private String bucket = "";
    private String endpoint = "";
    private String region = "";
    private String pathStyle = "";
    private String accessKey = "";
    private String secretKey = "";
    private String sessionTokenUrl = "";
    private String encryption = "AES256";

    /** The bucket's name; empty when there is no store. */
    public void setBucket(String bucket) {
        this.bucket = bucket;
    }

    /** An S3 other than that of AWS; empty for AWS. */
    public void setEndpoint(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Empty for the standard chain. */
    public void setRegion(String region) {
        this.region = region;
    }

    /** {@code true} or {@code false}; empty: true with an endpoint. */
    public void setPathStyle(String pathStyle) {
        this.pathStyle = pathStyle;
    }

    /** Empty, with no token URL: the standard chain. */
    public void setAccessKey(String accessKey) {
        this.accessKey = accessKey;
    }

    public void setSecretKey(String secretKey) {
        this.secretKey = secretKey;
    }

    /** Where session credentials come from; precedes the key. */
    public void setSessionTokenUrl(String sessionTokenUrl) {
        this.sessionTokenUrl = sessionTokenUrl;
    }

    /** The server-side encryption to ask for; empty for none. */
    public void setEncryption(String encryption) {
        this.encryption = encryption;
    }

    String bucket() {
        return bucket;
    }

    /** Credentials for as long as the store is open. Asks nobody yet. */
    AwsCredentialsProvider credentials() {
        if (!sessionTokenUrl.isEmpty()) {
            return new SessionCredentials(new JsonClient(TOKEN_LIMIT), URI.create(sessionTokenUrl));
        }
        return accessKey.isEmpty() ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
    }

    /** The store. Asks nobody yet. */
    BucketStore store(AwsCredentialsProvider credentials) {
        BucketClients clients = new BucketClients(endpoint.isEmpty() ? null : URI.create(endpoint), region.isEmpty() ? null : region,
                pathStyle.isEmpty() ? !endpoint.isEmpty() : Boolean.parseBoolean(pathStyle), credentials);
        return new BucketStore(clients, bucket, encryption.isEmpty() ? null : encryption);
    }
}
