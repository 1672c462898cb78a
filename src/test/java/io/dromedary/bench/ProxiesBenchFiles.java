package io.dromedary.bench;

import static io.dromedary.bench.SideBySide.same;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.dromedary.proxies.ProxiesFixture;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Files through the routes against the AWS SDK, which makes the same requests: our upload and move look at what has arrived.
 * What comes back is compared byte by byte.
 */
final class ProxiesBenchFiles {

    private static final byte[] HEAD = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};
    private static final String BUCKET = "bench";
    private static final int PART = 8 << 20;

    private final SideBySide bench;
    private final S3Client sdk;
    private final Path folder;

    ProxiesBenchFiles(SideBySide bench, S3Client sdk, Path folder) {
        this.bench = bench;
        this.sdk = sdk;
        this.folder = folder;
    }

    /** With as much to say about the file as our upload has: a store has to write that too. */
    private void put(Path file, String key) {
        sdk.putObject(request -> request.bucket(BUCKET).key(key).contentType("application/x-ulog").metadata(Map.of("original-filename", key,
                "upload-timestamp", "1795260016", "machine-id", ProxiesFixture.MACHINE)), RequestBody.fromFile(file));
    }

    private long size(String key) {
        return sdk.headObject(request -> request.bucket(BUCKET).key(key)).contentLength();
    }

    void small() throws Exception {
        byte[] content = new byte[64 << 10];
        new Random(3).nextBytes(content);
        System.arraycopy(HEAD, 0, content, 0, HEAD.length);
        Path log = Files.write(folder.resolve("small.ulg"), content);
        long length = content.length;
        put(log, "small.ulg");
        bench.compare("bucket upload 64 KB", 5, n -> {
            put(log, "bare.ulg");
            same(size("bare.ulg"), length);
        }, n -> same(bench.call("bucket/upload-file", Map.of("file_path", log.toString(), "custom_s3_key", "route.ulg")).get("file_size"), length));
        Path bare = folder.resolve("bare-back.ulg");
        Path route = folder.resolve("route-back.ulg");
        bench.compare("bucket download 64 KB", 5, n -> {
            Path part = folder.resolve("bare.part");
            Files.deleteIfExists(part);
            sdk.getObject(request -> request.bucket(BUCKET).key("small.ulg"), ResponseTransformer.toFile(part));
            Files.move(part, bare, StandardCopyOption.ATOMIC_MOVE);
        }, n -> same(bench.call("bucket/download-file", Map.of("s3_key", "small.ulg", "local_path", route.toString())).get("file_size"), length));
        for (Path back : List.of(bare, route)) {
            same(!Files.exists(back) || Arrays.equals(Files.readAllBytes(back), content), true);
        }
        bench.compare("bucket head", 5, n -> same(size("small.ulg"), length),
                n -> same(bench.call("bucket/head-object", Map.of("s3_key", "small.ulg")).get("content_length"), length));
        bench.compare("bucket list", 5, n -> same(sdk.listObjectsV2(request -> request.bucket(BUCKET).prefix("small").maxKeys(1000)).contents().size(), 1),
                n -> same(bench.call("bucket/list-objects", Map.of("prefix", "small")).get("total_count"), 1));
        bench.compare("bucket move", 5, n -> {
            same(size("small.ulg"), length);
            sdk.copyObject(copy -> copy.sourceBucket(BUCKET).sourceKey("small.ulg").destinationBucket(BUCKET).destinationKey("bare-moved.ulg"));
            same(size("bare-moved.ulg"), length);
            sdk.deleteObject(request -> request.bucket(BUCKET).key("small.ulg"));
            put(log, "small.ulg");
        }, n -> {
            bench.call("bucket/move-file", Map.of("source_key", "small.ulg", "dest_key", "route-moved.ulg"));
            put(log, "small.ulg");
        });
        bench.compare("bucket delete", 5, n -> sdk.deleteObject(request -> request.bucket(BUCKET).key("bare-moved.ulg")),
                n -> bench.call("bucket/delete-file", Map.of("s3_key", "route-moved.ulg")));
    }

    void links(S3Presigner presigner) throws Exception {
        bench.compare("bucket presign", 1, n -> link(presigner.presignGetObject(sign -> sign.signatureDuration(Duration.ofHours(1))
                .getObjectRequest(get -> get.bucket(BUCKET).key("small.ulg"))).url().toString()),
                n -> link(String.valueOf(bench.call("bucket/presign", Map.of("s3_key", "small.ulg")).get("url"))));
    }

    private static void link(String address) {
        same(URI.create(address).getPath().endsWith("/small.ulg") && address.contains("X-Amz-Signature="), true);
    }

    /** The file's own bytes do not matter, but they must all be there. */
    void large(int rounds, long bytes) throws Exception {
        Path file = folder.resolve("large.ulg");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.write(HEAD);
            large.setLength(bytes);
        }
        List<List<Double>> seconds = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Runnable> ways = List.of(() -> put(file, "bare.ulg"), () -> inParts(file, "parts.ulg", bytes),
                () -> bench.call("bucket/upload-file", Map.of("file_path", file.toString(), "custom_s3_key", "route.ulg")));
        for (int round = 0; round < rounds; round++) {
            for (int way = 0; way < ways.size(); way++) {
                int next = (round + way) % ways.size();
                long begin = System.nanoTime();
                ways.get(next).run();
                seconds.get(next).add((System.nanoTime() - begin) / 1e9);
            }
            for (String key : List.of("bare.ulg", "parts.ulg", "route.ulg")) {
                same(size(key), bytes);
                sdk.deleteObject(request -> request.bucket(BUCKET).key(key));
            }
        }
        double one = median(seconds.get(0));
        double parts = median(seconds.get(1));
        double ours = median(seconds.get(2));
        System.out.printf("upload %d MB       SDK in parts %.2f s, SDK at once %.2f s, route %.2f s, ratios %.2f and %.2f, heap limit %d MB%n", bytes >> 20,
                parts, one, ours, ours / parts, ours / one, Runtime.getRuntime().maxMemory() >> 20);
    }

    /** The SDK's own calls for large files, one part after the other. */
    private void inParts(Path file, String key, long bytes) {
        String upload = sdk.createMultipartUpload(request -> request.bucket(BUCKET).key(key)).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (long done = 0; done < bytes; done += PART) {
                int number = parts.size() + 1;
                byte[] part = in.readNBytes(PART);
                parts.add(CompletedPart.builder().partNumber(number).eTag(sdk.uploadPart(request -> request.bucket(BUCKET).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromBytes(part)).eTag()).build());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sdk.completeMultipartUpload(request -> request.bucket(BUCKET).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
