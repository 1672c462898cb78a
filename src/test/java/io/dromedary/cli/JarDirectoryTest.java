package io.dromedary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PackageScanResourceResolver;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.scan.DefaultPackageScanResourceResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarDirectoryTest {

    @TempDir
    Path folder;

    @Test
    void findsInAJarWhatCamelItselfFinds() throws Exception {
        Path jar = jar("stored/", "stored/flight-log/", "stored/flight-log/sync.camel.yaml", "stored/flight-log/fetch.camel.yaml",
                "stored/flight-log/deep/er.camel.yaml", "stored/flight-log/Helper.class", "stored/flight-logs/other.camel.yaml");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null); CamelContext context = new DefaultCamelContext()) {
            context.setApplicationContextClassLoader(loader);
            DefaultPackageScanResourceResolver camels = new DefaultPackageScanResourceResolver();
            camels.setCamelContext(context);
            for (String pattern : new String[] {"stored/flight-log/*.camel.yaml", "stored/flight-log/**", "stored/**/*.yaml", "stored/none/*"}) {
                assertThat(names(find(new JarDirectory(context), loader, pattern))).as(pattern)
                        .isEqualTo(names(find(camels, loader, pattern)));
            }
            assertThat(find(new JarDirectory(context), loader, "stored/flight-log/*.camel.yaml"))
                    .hasSize(2)
                    .allSatisfy(route -> assertThat(route.getInputStream()).hasContent(route.getLocation().replaceFirst("classpath:", "")));
        }
    }

    private static Collection<Resource> find(DefaultPackageScanResourceResolver resolver, ClassLoader loader, String pattern) throws Exception {
        resolver.addClassLoader(loader);
        return ((PackageScanResourceResolver) resolver).findResources("classpath:" + pattern);
    }

    private static Collection<String> names(Collection<Resource> resources) {
        return resources.stream().map(resource -> Path.of(resource.getLocation()).getFileName().toString()).sorted().toList();
    }

    private Path jar(String... names) throws Exception {
        Path jar = folder.resolve("routes.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : names) {
                out.putNextEntry(new ZipEntry(name));
                if (!name.endsWith("/")) {
                    out.write(name.getBytes(StandardCharsets.UTF_8));
                }
                out.closeEntry();
            }
        }
        return jar;
    }
}
