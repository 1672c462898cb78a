package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {

    private static final int SIZE = 300_000;

    @TempDir
    private Path folder;
    private FakeRegistry fake;
    private final List<OciRegistry> registries = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        fake = FakeRegistry.start();
    }

    @AfterEach
    void stop() {
        registries.forEach(OciRegistry::close);
        fake.close();
    }

    /** Each stands for an instance: they share nothing but the folder. */
    private OciRegistry instance(long maxBytes) {
        OciRegistry registry = new OciRegistry(fake.settings(), folder, maxBytes);
        registries.add(registry);
        return registry;
    }

    private byte[] pushed(String name, int seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        fake.push("wasm/" + name, "v1", content);
        return content;
    }

    private byte[] read(OciRegistry registry, String name) throws Exception {
        try (OciContent content = registry.resolve(OciReference.parse(fake.host() + "/wasm/" + name + ":v1"), List.of()).open()) {
            byte[] bytes = content.readAllBytes();
            assertThat(content.position()).isEqualTo(content.size());
            return bytes;
        }
    }

    private long fetches() {
        return fake.requests().stream().filter(request -> request.method().equals("GET") && request.path().contains("/blobs/")).count();
    }

    @Test
    void aThousandReadersOfThreeInstancesCostOneFetch() throws Exception {
        byte[] content = pushed("app", 1);
        List<OciRegistry> instances = List.of(instance(1 << 20), instance(1 << 20), instance(1 << 20));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                OciRegistry registry = instances.get(i % 3);
                readers.add(threads.submit(() -> read(registry, "app")));
            }
            for (Future<byte[]> reader : readers) {
                assertThat(reader.get()).isEqualTo(content);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fetches()).isEqualTo(1);
    }

    @Test
    void whatIsDamagedOnDiskIsFetchedAgain() throws Exception {
        byte[] content = pushed("app", 2);
        OciRegistry registry = instance(1 << 20);
        read(registry, "app");
        Path file = folder.resolve(FakeRegistry.digest(content).replace(':', '-'));
        byte[] damaged = content.clone();
        damaged[SIZE / 2] ^= 1;
        Files.write(file, damaged);
        assertThat(read(registry, "app")).isEqualTo(content);
        Files.write(file, new byte[] {1});
        assertThat(read(registry, "app")).isEqualTo(content);
        assertThat(fetches()).isEqualTo(3);
    }

    @Test
    void theOnesNotUsedForLongestMakeRoom() throws Exception {
        OciRegistry registry = instance(2 * SIZE + 10);
        byte[][] contents = {pushed("a", 3), pushed("b", 4), pushed("c", 5)};
        read(registry, "a");
        read(registry, "b");
        Files.setLastModifiedTime(folder.resolve(FakeRegistry.digest(contents[1]).replace(':', '-')), FileTime.fromMillis(1_000));
        read(registry, "c");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.toString().endsWith(".lock")).map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(
                    FakeRegistry.digest(contents[0]).replace(':', '-'), FakeRegistry.digest(contents[2]).replace(':', '-'));
        }
    }

    @Test
    void whatIsLargerThanTheCacheIsNotKept() throws Exception {
        byte[] content = pushed("app", 6);
        OciRegistry registry = instance(SIZE - 1);
        assertThat(read(registry, "app")).isEqualTo(content);
        assertThat(read(registry, "app")).isEqualTo(content);
        assertThat(fetches()).isEqualTo(2);
    }

    @Test
    void aFetchThatFailsLeavesNothing() throws Exception {
        byte[] content = pushed("app", 7);
        fake.fault(1, FakeRegistry.blob(), fake.corrupted());
        OciRegistry registry = instance(1 << 20);
        assertThatThrownBy(() -> read(registry, "app")).isInstanceOf(OciException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.toString().endsWith(".lock"))).isEmpty();
        }
        assertThat(read(registry, "app")).isEqualTo(content);
    }
}
