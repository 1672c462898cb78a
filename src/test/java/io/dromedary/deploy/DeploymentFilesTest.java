package io.dromedary.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dromedary.testing.Peers;
import io.dromedary.testing.RequiresPeer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What the files of every way of deployment have to agree on. */
class DeploymentFilesTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static String read(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    private static String property(String file, String name) throws IOException {
        Matcher found = Pattern.compile("<" + name + ">([^<]+)</" + name + ">").matcher(read(file));
        assertThat(found.find()).as(name + " in " + file).isTrue();
        return found.group(1);
    }

    @Test
    void everyWayCarriesTheSameCamel() throws IOException {
        String camel = property("pom.xml", "version.camel");
        assertThat(property("jbang/pom.xml", "version.camel")).isEqualTo(camel);
        assertThat(new DefaultCamelContext().getVersion()).isEqualTo(camel);
        // The jar, the image and the Karaf bundle are made of the same libraries; none of them may bring another Camel.
        try (InputStream core = getClass().getResourceAsStream("/META-INF/maven/org.apache.camel/camel-yaml-dsl/pom.properties")) {
            Properties built = new Properties();
            built.load(core);
            assertThat(built.getProperty("version")).isEqualTo(camel);
        }
        assertThat(read("docs/deploy.md")).contains("Camel " + camel);
    }

    @Test
    void theExporterOfTracesIsOfTheVersionThatCamelBrings() throws IOException {
        assertThat(Resource.getDefault().getAttribute(AttributeKey.stringKey("telemetry.sdk.version"))).isEqualTo(property("pom.xml", "version.opentelemetry"));
    }

    @Test
    void theImageIsOfThisVersion() throws IOException {
        Matcher version = Pattern.compile("<artifactId>dromedary</artifactId>\\s*<version>([^<]+)<").matcher(read("pom.xml"));
        assertThat(version.find()).isTrue();
        assertThat(read("docker/Dockerfile")).contains("dromedary-" + version.group(1) + "-bin/dromedary-" + version.group(1) + "/");
        assertThat(YAML.readTree(Path.of("docker/compose.yaml").toFile()).at("/services/dromedary/image").asText()).isEqualTo("dromedary:" + version.group(1));
        assertThat(read("docker/kubernetes/dromedary.yaml")).contains("image: dromedary:" + version.group(1));
        assertThat(read("docker/kubernetes/fleet/fleet.yaml")).contains("image: dromedary:" + version.group(1));
        assertThat(read("docker/kubernetes/fleet-deployment/deployment.yaml")).contains("image: dromedary:" + version.group(1));
    }

    @Test
    void theImageIsNobodysRootAndHasAHealthCheck() throws IOException {
        assertThat(read("docker/Dockerfile")).containsPattern("(?m)^USER [1-9]\\d*:\\d+$").contains("HEALTHCHECK").doesNotContain("ADD ");
        assertThat(Files.isExecutable(Path.of("src/main/distribution/bin/healthy"))).isTrue();
    }

    @Test
    void noContainerMayWriteToItsRootOrPublishBeyondLoopback() throws IOException {
        JsonNode services = YAML.readTree(Path.of("docker/compose.yaml").toFile()).path("services");
        assertThat(services.at("/dromedary/read_only").asBoolean()).isTrue();
        services.forEach(service -> service.path("ports").forEach(port -> assertThat(port.asText()).startsWith("127.0.0.1:")));
        assertThat(services.fieldNames()).toIterable().contains("dromedary", "mosquitto", "redis", "postgres", "s3", "registry");
    }

    @Test
    void noSecretStandsInAnyFile() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Stream.of("docker", "src/main/distribution", "src/main/karaf", "jbang").flatMap(folder -> {
            try {
                return Files.walk(Path.of(folder));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        })) {
            Pattern secret = Pattern.compile("(?i)^[^#]*(password|token|secret-key|api-key)[\\w.-]*\\s*[=:]\\s*[^\\s\\[{/#].*$", Pattern.MULTILINE);
            for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".md")).toList()) {
                Matcher match = secret.matcher(Files.readString(file));
                while (match.find()) {
                    found.add(file + ": " + match.group().trim());
                }
            }
        }
        found.removeIf(line -> line.contains("/run/secrets/") || line.endsWith("automountServiceAccountToken: false"));
        assertThat(found).isEmpty();
    }

    @Test
    void everyFlowHasAFeatureAndAConfigurationFileForKaraf() throws IOException {
        Properties flows = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("src/main/resources/flows.properties"))) {
            flows.load(in);
        }
        String features = read("src/main/karaf/features.xml");
        String pom = read("pom.xml");
        List<String> names = flows.stringPropertyNames().stream().filter(key -> key.endsWith(".title"))
                .map(key -> key.substring(0, key.indexOf('.'))).filter(name -> !name.equals("bus")).toList();
        assertThat(names).isNotEmpty();
        for (String name : names) {
            assertThat(features).as(name).contains("<feature name=\"dromedary-" + name + "\"", "/cfg/karaf-" + name + "<");
            assertThat(pom).as(name).contains("src/main/karaf/etc/dromedary-" + name + ".cfg");
            assertThat(read("src/main/karaf/etc/dromedary-" + name + ".cfg")).contains("flow=" + name);
        }
    }

    @Test
    @RequiresPeer(python = "kubernetes_validate")
    void theManifestsFitTheSchemasOfKubernetes() throws Exception {
        List<String> command = new ArrayList<>(List.of(Peers.python(), "-m", "kubernetes_validate", "-k", "1.34", "--strict"));
        try (Stream<Path> files = Files.walk(Path.of("docker/kubernetes"))) {
            files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("kustomization.yaml")).map(Path::toString).forEach(command::add);
        }
        assertThat(command).hasSizeGreaterThan(10);
        accepts(command.toArray(String[]::new));
    }

    @Test
    @RequiresPeer(python = "compose_spec")
    void theComposeFileFitsItsSpecification() throws Exception {
        assertThat(accepts(Peers.python(), "-c", """
                import sys, compose_spec
                compose = compose_spec.PyCompose.from_yaml(open(sys.argv[1]).read())
                compose.validate()
                compose.to_spec()
                print(*compose.service_names())
                """, "docker/compose.yaml")).contains("dromedary", "mosquitto", "postgres");
    }

    @Test
    @RequiresPeer("hadolint")
    void theLinterHasNothingToSayAboutTheDockerfile() throws Exception {
        assertThat(accepts(Peers.find("hadolint").orElseThrow().toString(), "docker/Dockerfile")).isEmpty();
    }

    @Test
    @RequiresPeer("promtool")
    void prometheusTakesTheRules() throws Exception {
        assertThat(accepts(Peers.find("promtool").orElseThrow().toString(), "check", "rules", "docker/monitoring/rules.yaml")).contains("SUCCESS");
    }

    @Test
    void theKustomizationsNameFilesAndVariablesThatThereAre() throws IOException {
        for (Path folder : List.of(Path.of("docker/kubernetes"), Path.of("docker/kubernetes/fleet"), Path.of("docker/kubernetes/fleet-deployment"))) {
            JsonNode kustomization = YAML.readTree(folder.resolve("kustomization.yaml").toFile());
            assertThat(kustomization.path("resources")).isNotEmpty();
            kustomization.path("resources").forEach(file -> assertThat(folder.resolve(file.asText())).exists());
            for (JsonNode literal : kustomization.at("/configMapGenerator/0/literals")) {
                assertThat(read("src/main/resources/variables.txt")).contains("\n" + literal.asText().replaceFirst("=.*", "") + " |");
            }
        }
    }

    @Test
    void aFleetsMemberHasTimeToLeave() throws IOException {
        Matcher limit = Pattern.compile("camel.main.shutdown-timeout=(\\d+)").matcher(read("src/main/resources/application.properties"));
        assertThat(limit.find()).isTrue();
        for (String file : List.of("fleet/fleet.yaml", "fleet-deployment/deployment.yaml")) {
            Matcher grace = Pattern.compile("terminationGracePeriodSeconds: (\\d+)").matcher(read("docker/kubernetes/" + file));
            assertThat(grace.find()).as(file).isTrue();
            assertThat(Integer.parseInt(grace.group(1))).as(file).isBetween(Integer.parseInt(limit.group(1)) + 5, 30);
        }
    }

    @Test
    @RequiresPeer("systemd-analyze")
    void theServiceUnitIsWellFormedAndWellHardened() throws Exception {
        assertThat(accepts("systemd-analyze", "security", "--offline=true", "--threshold=25", "src/main/distribution/systemd/dromedary.service"))
                .contains("Overall exposure level");
    }

    /** Runs a check that must end with 0; what it said. */
    private static String accepts(String... command) throws Exception {
        Process check = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(check.getInputStream().readAllBytes());
        assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(check.exitValue()).as(said).isZero();
        return said;
    }
}
