package io.dromedary.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The shipped routes and kamelets as files: where they lie when the build is not packed, else unpacked for a while. */
final class ShippedFiles implements AutoCloseable {

    private static final List<String> FOLDERS = List.of("routes", "kamelets");

    private final Path folder;
    private final boolean temporary;

    private ShippedFiles(Path folder, boolean temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    static ShippedFiles open() throws IOException {
        URL marker = ShippedFiles.class.getResource("/routes/errors.camel.yaml");
        try {
            URI uri = marker.toURI();
            if (uri.getScheme().equals("file")) {
                return new ShippedFiles(Path.of(uri).getParent().getParent(), false);
            }
            Path target = Files.createTempDirectory("dromedary-shipped");
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                for (String name : FOLDERS) {
                    copy(jar.getPath(name), target);
                }
            }
            return new ShippedFiles(target, true);
        } catch (URISyntaxException e) {
            throw new IOException(marker + " is no place that can be read", e);
        }
    }

    private static void copy(Path from, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = target.resolve(file.toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    /** The folder with the shipped routes. */
    Path routes() {
        return folder.resolve("routes");
    }

    /** The folder with the shipped kamelets. */
    Path kamelets() {
        return folder.resolve("kamelets");
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
