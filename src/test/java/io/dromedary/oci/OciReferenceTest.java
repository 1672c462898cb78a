package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.oci.OciException.Kind;

class OciReferenceTest {

    private static final String SHA = "sha256:" + "0a".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "localhost:5000/wasm/app, localhost:5000, wasm/app, latest",
        "ghcr.io/a/b:v1.2_x, ghcr.io, a/b, v1.2_x",
        "ghcr.io/a__b/c-d--e/f.g:1, ghcr.io, a__b/c-d--e/f.g, 1",
        "[::1]:5000/app, [::1]:5000, app, latest",
        "registry/app, registry, app, latest"})
    void readsRegistryRepositoryAndTag(String text, String registry, String repository, String tag) throws OciException {
        OciReference reference = OciReference.parse(text);
        assertThat(reference.registry()).isEqualTo(registry);
        assertThat(reference.repository()).isEqualTo(repository);
        assertThat(reference.manifestName()).isEqualTo(tag);
        assertThat(reference.text()).isEqualTo(text);
    }

    @Test
    void prefersTheDigestToTheTag() throws OciException {
        assertThat(OciReference.parse("ghcr.io/a/b:v1@" + SHA).manifestName()).isEqualTo(SHA);
        assertThat(OciReference.parse("ghcr.io/a/b@" + SHA).latest().manifestName()).isEqualTo("latest");
    }

    @Test
    void asksDockerHubUnderTheNameItAnswersTo() throws OciException {
        assertThat(OciReference.parse("docker.io/library/hello").apiHost()).isEqualTo("registry-1.docker.io");
    }

    @Test
    void usesTheDefaultRegistryOnlyWhereTheFirstPartCannotBeAHost() throws OciException {
        assertThat(OciReference.parse("wasm/app", "reg:5000").registry()).isEqualTo("reg:5000");
        assertThat(OciReference.parse("app", "reg:5000").repository()).isEqualTo("app");
        assertThat(OciReference.parse("localhost/app", "reg:5000").registry()).isEqualTo("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"noslash", "https://ghcr.io/a/b", "ghcr.io/A/b", "ghcr.io/a/../b", "ghcr.io//a", "ghcr.io/a/", "/a", "ghcr.io/a:",
        "ghcr.io/a:-x", "ghcr.io/a@sha256:12", "ghcr.io/a@md5:" + "00", "ghcr.io/a?operation=resolve", "ghcr.io/a&b=c", "ghcr.io/a b",
        "ghcr.io/a\nb", "ghcr.io:0/a", "ghcr.io:70000/a", "user:pw@ghcr.io/a", "ghcr.io/${body}", "ghcr.io/%61", "a..b/c", "-a/b", "127.1:5000/a", "registry.5/a", "999.1.1.1/a", "[::::]/a", "ghcr.io/a:b:c"})
    void refusesWhatIsNoReference(String text) {
        assertThatThrownBy(() -> OciReference.parse(text)).isInstanceOfSatisfying(OciException.class,
                e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REFERENCE));
    }

    @Test
    void refusesLongNamesQuickly() {
        for (String text : new String[] {"g.io/" + "a-".repeat(500_000) + "!", "g.io/" + "a".repeat(256), "a.".repeat(400) + "!/b"}) {
            assertThatThrownBy(() -> OciReference.parse(text)).isInstanceOf(OciException.class);
        }
    }

    @Test
    void neverThrowsAnythingButItsOwnExceptionOnRandomText() {
        Random random = new Random(7);
        String alphabet = "aA0./:@-_?&=%[]${} \u00e4\n";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(24);
            for (int j = 0; j < length; j++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                OciReference reference = OciReference.parse(text.toString());
                assertThat(reference.repository()).matches("[a-z0-9._/-]+").doesNotContain("..");
                assertThat(URI.create("https://" + reference.apiHost()).getHost()).isNotNull();
            } catch (OciException e) {
                assertThat(e.kind()).isEqualTo(Kind.INVALID_REFERENCE);
            }
        }
    }
}
