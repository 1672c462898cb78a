package io.dromedary.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.CamelExecutionException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of the component's page, and the kamelet, as they stand. */
@Timeout(60)
class OciDocsExampleTest {

    @TempDir
    Path folder;

    @Test
    void savesAnArtifactAsThePageSays() throws Exception {
        Matcher example = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("docs/components/oci.md")));
        assertThat(example.find()).isTrue();
        byte[] content = OciRegistryTest.data(1_500_000);
        try (FakeRegistry registry = FakeRegistry.start(); DefaultCamelContext camel = camel(registry)) {
            registry.push("wasm/app", "v1", content);
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("example.camel.yaml", example.group(1)));
            camel.start();
            camel.createProducerTemplate().requestBody("direct:save-artifact", registry.host() + "/wasm/app:v1");
            assertThat(Files.readAllBytes(folder.resolve("app.wasm"))).isEqualTo(content);
            registry.fault(1, FakeRegistry.blob(), registry.corrupted());
            assertThatThrownBy(() -> camel.createProducerTemplate().requestBody("direct:save-artifact", registry.host() + "/wasm/app:v1"))
                    .isInstanceOf(CamelExecutionException.class).hasStackTraceContaining("does not have the digest");
        }
    }

    @Test
    void fetchesThroughTheKamelet() throws Exception {
        try (FakeRegistry registry = FakeRegistry.start(); DefaultCamelContext camel = camel(registry)) {
            registry.push("wasm/app", "latest", "hello".getBytes(StandardCharsets.UTF_8));
            camel.start();
            Object body = camel.createProducerTemplate().requestBody("kamelet:oci-artifact-action?reference=" + registry.host() + "/wasm/app", "");
            assertThat(camel.getTypeConverter().convertTo(String.class, body)).isNotNull();
            assertThat(((OciArtifact) body).size()).isEqualTo(5);
        }
    }

    private DefaultCamelContext camel(FakeRegistry registry) {
        DefaultCamelContext camel = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.put("artifacts.folder", folder.toString());
        camel.getPropertiesComponent().setInitialProperties(properties);
        OciComponent component = new OciComponent();
        component.setPlainHttp(registry.host());
        camel.addComponent("oci", component);
        return camel;
    }
}
