package io.dromedary.propeller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.dromedary.oci.FakeRegistry;
import io.dromedary.oci.OciArtifact;
import io.dromedary.oci.OciReference;
import io.dromedary.oci.OciRegistry;
import org.junit.jupiter.api.Test;

class ChunkerTest {

    /** Camel's splitter goes through what is left after a failure. */
    @Test
    void fetchesNothingMoreAfterAFailure() throws Exception {
        try (FakeRegistry fake = FakeRegistry.start();
                OciRegistry registry = new OciRegistry(fake.settings().withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(), Duration.ZERO))) {
            fake.push("wasm/app", "latest", new byte[1000]);
            CountDownLatch taken = new CountDownLatch(1);
            fake.fault(1, FakeRegistry.blob(), fake.cutAfter(250, taken));
            fake.fault(1, FakeRegistry.blob(), FakeRegistry.status(404, "{}"));
            OciArtifact artifact = registry.resolve(OciReference.parse(fake.host() + "/wasm/app"), List.of());
            Transfer transfer = new Transfer("1", "wasm/app");
            transfer.found(artifact, 100);
            Iterator<Chunk> chunks = new Chunker(1).split(artifact, transfer);
            chunks.next();
            chunks.next();
            taken.countDown();
            assertThatThrownBy(chunks::next).isInstanceOf(UncheckedIOException.class);
            assertThat(chunks.hasNext()).isFalse();
        }
    }
}
