package io.dromedary.bucket;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.proxies.Answer;
import io.dromedary.proxies.Parameters;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists of objects, over as many pages as are asked for. */
final class BucketListing {

    /** S3's own limit of a page. */
    private static final int PAGE = 1000;
    private static final int MAX_LISTED = 100_000;
    /** How times of objects are told. */
    static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

    private final BucketStore store;
    private final String bucket;
    private final BucketCalls calls;

    BucketListing(BucketStore store, String bucket, BucketCalls calls) {
        this.store = store;
        this.bucket = bucket;
        this.calls = calls;
    }

    /** One page below a prefix: {@code prefix, max_keys, continuation_token}. */
    Map<String, Object> page(String below, Parameters parameters) {
        int max = (int) Math.min(PAGE, parameters.number("max_keys", 100, 1, Integer.MAX_VALUE));
        return list(below + parameters.text("prefix", ""), max, parameters.text("continuation_token", null));
    }

    /** All pages: {@code prefix, max_keys}. */
    Map<String, Object> all(Parameters parameters) {
        return list(parameters.text("prefix", ""), (int) parameters.number("max_keys", MAX_LISTED, 1, MAX_LISTED), null);
    }

    /** At most {@code max} objects whose keys begin so, from a continuation token on or from the first. */
    private Map<String, Object> list(String prefix, int max, String from) {
        List<Map<String, Object>> found = new ArrayList<>();
        String token = from;
        do {
            ListObjectsV2Request page = ListObjectsV2Request.builder().bucket(bucket).prefix(prefix)
                    .maxKeys(Math.min(PAGE, max - found.size())).continuationToken(token).build();
            ListObjectsV2Response answer = calls.trying("List", () -> store.client().listObjectsV2(page));
            answer.contents().forEach(object -> found.add(described(object)));
            token = answer.nextContinuationToken();
        } while (token != null && found.size() < max);
        Map<String, Object> answer = Answer.success("files", found);
        answer.put("objects", found);
        answer.put("total_count", found.size());
        answer.put("is_truncated", token != null);
        answer.put("prefix", prefix);
        if (token != null) {
            answer.put("next_continuation_token", token);
        }
        return answer;
    }

    private Map<String, Object> described(S3Object object) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("key", object.key());
        entry.put("size", object.size());
        entry.put("last_modified", ISO.format(object.lastModified()));
        entry.put("url", ObjectKeys.address(bucket, object.key()));
        return entry;
    }
}
