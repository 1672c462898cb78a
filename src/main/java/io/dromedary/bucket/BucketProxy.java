package io.dromedary.bucket;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.dromedary.proxies.Answer;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.NotThere;
import io.dromedary.proxies.Parameters;
import io.dromedary.proxies.Proxy;
import io.dromedary.proxies.ProxyFailure;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Files in a bucket of any S3. Method names, fields and texts are those of the reference and of its public page; where both name a
 * field differently, answers have both.
 */
public class BucketProxy extends Proxy {

    private static final int NOT_FOUND = 404;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

    private BucketSettings settings = new BucketSettings();
    private String machineId = "";
    private String extensions = String.join(",", FileRules.DEFAULT_EXTENSIONS);

    private ObjectKeys keys;
    private FileRules rules;
    private BucketCalls calls;
    private BucketStore store;
    private BucketListing listing;
    private BucketLinks links;

    public BucketProxy() {
        super("bucket", "S3BucketProxy");
    }

    /** How the bucket is reached. */
    public void setSettings(BucketSettings settings) {
        this.settings = settings;
    }

    public void setMachineId(String machineId) {
        this.machineId = machineId;
    }

    /** Allowed endings of names, divided by commas. */
    public void setExtensions(String extensions) {
        this.extensions = extensions;
    }

    /** Asks nobody. */
    public void start() {
        keys = new ObjectKeys(machineId, Clock.systemUTC());
        rules = new FileRules(Arrays.stream(extensions.split(",")).map(String::trim).filter(text -> !text.isEmpty()).toList());
        if (!bucket().isEmpty()) {
            AwsCredentialsProvider credentials = settings.credentials();
            calls = new BucketCalls(credentials);
            store = settings.store(credentials);
            listing = new BucketListing(store, bucket(), calls);
            links = new BucketLinks(store, bucket(), credentials, calls);
        }
    }

    /** Closes the clients. */
    public void stop() {
        if (store != null) {
            store.close();
        }
    }

    /** The bucket's name. */
    public String bucket() {
        return settings.bucket();
    }

    /** Allowed endings of names. */
    public List<String> allowedExtensions() {
        return rules.extensions();
    }

    @Override
    public void probe() {
        require();
        calls.trying("Probe", () -> store.client().headBucket(request -> request.bucket(bucket())
                .overrideConfiguration(override -> override.apiCallTimeout(PROBE_LIMIT))));
    }

    private void require() {
        if (store == null) {
            throw new ProxyFailure("SESSION_TOKEN_URL and BUCKET_NAME must be configured");
        }
        if (machineId.isEmpty()) {
            throw new ProxyFailure("Machine ID not available");
        }
    }

    /** Stores a file: {@code file_path, custom_filename, custom_s3_key}. */
    public Map<String, Object> uploadFile(Map<String, Object> body) {
        return call(body, parameters -> {
            parameters.only("file_path", "custom_filename", "custom_s3_key");
            Path file = Path.of(parameters.text("file_path"));
            String name = parameters.text("custom_filename", String.valueOf(file.getFileName()));
            rules.requireName(name);
            long size = rules.requireContent(file);
            require();
            String key = parameters.has("custom_s3_key") ? ObjectKeys.checked("custom_s3_key", parameters.text("custom_s3_key")) : keys.automatic(name);
            String type = FileRules.contentType(file);
            calls.trying("Upload", () -> {
                store.transfers().upload(file, size, key, type, metadata(name));
                return null;
            });
            Map<String, Object> answer = Answer.success("s3_key", key);
            answer.put("file_url", ObjectKeys.address(bucket(), key));
            answer.put("url", ObjectKeys.address(bucket(), key));
            answer.put("file_size", size);
            answer.put("content_type", type);
            return answer;
        });
    }

    /** Metadata travels in headers, which are ASCII. */
    private Map<String, String> metadata(String name) {
        return Map.of("original-filename", name.replaceAll("[^ -~]", "?"), "upload-timestamp", Long.toString(Instant.now().getEpochSecond()),
                "machine-id", machineId);
    }

    /** The machine's objects, one page: {@code prefix, max_keys} (at most 1000), {@code continuation_token}. */
    public Map<String, Object> listFiles(Map<String, Object> body) {
        return call(body, parameters -> {
            parameters.only("prefix", "max_keys", "continuation_token");
            require();
            return listing.page(keys.prefix(), parameters);
        });
    }

    /** Objects of the whole bucket, all pages: {@code prefix, max_keys} (100,000 unless told otherwise). */
    public Map<String, Object> listObjects(Map<String, Object> body) {
        return call(body, parameters -> {
            parameters.only("prefix", "max_keys");
            require();
            return listing.all(parameters);
        });
    }

    /** Moves or renames: {@code source_key, dest_key}. The source goes when the copy has been checked. */
    public Map<String, Object> moveFile(Map<String, Object> body) {
        return call(body, parameters -> {
            parameters.only("source_key", "dest_key");
            String source = ObjectKeys.checked("source_key", parameters.text("source_key"));
            String target = ObjectKeys.checked("dest_key", parameters.text("dest_key"));
            require();
            if (source.equals(target)) {
                throw new ProxyFailure("Move failed: InvalidRequest");
            }
            calls.trying("Move", () -> {
                store.transfers().move(source, target);
                return null;
            });
            Map<String, Object> answer = Answer.success("source_key", source);
            answer.put("dest_key", target);
            answer.put("message", "File moved successfully");
            return answer;
        });
    }

    /** Deletes an object, or nothing when there is none: {@code s3_key} or {@code key}. */
    public Map<String, Object> deleteFile(Map<String, Object> body) {
        return call(body, parameters -> {
            String key = key(parameters.only("s3_key", "key"));
            calls.trying("Delete", () -> store.client().deleteObject(request -> request.bucket(bucket()).key(key)));
            Map<String, Object> answer = Answer.success("s3_key", key);
            answer.put("message", "File deleted successfully");
            return answer;
        });
    }

    private String key(Parameters parameters) {
        require();
        return ObjectKeys.checked("s3_key", parameters.text(parameters.spelling("s3_key", "key")));
    }

    /** Fetches an object into a file: {@code s3_key} or {@code key}, {@code local_path}. */
    public Map<String, Object> downloadFile(Map<String, Object> body) {
        return call(body, parameters -> {
            String key = key(parameters.only("s3_key", "key", "local_path"));
            Path target = Path.of(parameters.text("local_path"));
            if (!rules.allowsName(key)) {
                throw new BadParameter("File type not allowed for download");
            }
            long size = fetch(key, target);
            Map<String, Object> answer = Answer.success("local_path", target.toString());
            answer.put("file_size", size);
            answer.put("s3_key", key);
            return answer;
        });
    }

    private long fetch(String key, Path target) {
        try {
            return calls.trying("Download", () -> {
                try {
                    return store.transfers().download(key, target);
                } catch (IOException e) {
                    throw new ProxyFailure(e.toString(), e);
                }
            });
        } catch (ProxyFailure e) {
            throw isMissing(e) ? new NotThere("Download failed: 404", e) : e;
        }
    }

    private static boolean isMissing(ProxyFailure e) {
        return e.getCause() instanceof S3Exception s3 && s3.statusCode() == NOT_FOUND;
    }

    /** What is known about an object: {@code s3_key} or {@code key}. */
    public Map<String, Object> headObject(Map<String, Object> body) {
        return call(body, parameters -> {
            String key = key(parameters.only("s3_key", "key"));
            HeadObjectResponse head;
            try {
                head = calls.trying("Head", () -> store.transfers().head(key));
            } catch (ProxyFailure e) {
                throw isMissing(e) ? new NotThere("File not found", e) : e;
            }
            Map<String, Object> answer = Answer.success("s3_key", key);
            answer.put("metadata", head.metadata());
            answer.put("content_length", head.contentLength());
            answer.put("content_type", head.contentType());
            answer.put("last_modified", BucketListing.ISO.format(head.lastModified()));
            return answer;
        });
    }

    /** A link that works without credentials: {@code s3_key} or {@code key}, {@code expires_in} (s, 3600), {@code method} (GET or PUT). */
    public Map<String, Object> presign(Map<String, Object> body) {
        return call(body, parameters -> links.presign(key(parameters.only("s3_key", "key", "expires_in", "method")), parameters));
    }
}
