package io.dromedary.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.scan.DefaultPackageScanResourceResolver;
import org.apache.camel.util.AntPathMatcher;

/**
 * Finds the files that a pattern such as {@code classpath:flight-log/*} stands for by the directory at a jar's end. Camel inflates the
 * whole jar for each pattern to see the names in it, which was a fifth of the main thread's work at the start.
 */
final class JarDirectory extends DefaultPackageScanResourceResolver {

    JarDirectory(CamelContext context) {
        setCamelContext(context);
    }

    @Override
    protected void loadImplementationsInJar(URL url, String folder, String pattern, InputStream stream, String jar, Set<Resource> found,
            Predicate<String> filter) {
        ResourceLoader loader = PluginHelper.getResourceLoader(getCamelContext());
        Predicate<String> accepted = filter == null ? name -> !name.endsWith(".class") : filter;
        try (stream) {
            names(new File(jar), folder).stream()
                    .filter(accepted)
                    .filter(name -> AntPathMatcher.INSTANCE.match(pattern, name.substring(folder.length())))
                    .forEach(name -> found.add(loader.resolveResource("classpath:" + name)));
        } catch (IOException e) {
            throw new UncheckedIOException(jar + " cannot be read", e);
        }
    }

    private static List<String> names(File jar, String folder) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).filter(name -> name.startsWith(folder)).toList();
        }
    }
}
