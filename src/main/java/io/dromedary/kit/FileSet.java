package io.dromedary.kit;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of an engineer, as they were at one moment: {@code routes/…} and {@code kamelets/…}. Hidden and temporary files are
 * left out.
 *
 * @param files content by relative name
 */
record FileSet(Map<String, byte[]> files) {

    static final String PROPERTIES = "routes/application.properties";

    private static final int MOST_FILES = 5_000;
    private static final long MOST_BYTES = 64L << 20;

    /**
     * What differs.
     *
     * @param added   names that are new
     * @param changed names with other content
     * @param removed names that are gone
     */
    record Difference(List<String> added, List<String> changed, List<String> removed) {

        boolean isEmpty() {
            return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
        }
    }

    /**
     * Reads the folders.
     *
     * @throws IOException if something cannot be read, or there is more than could be meant
     */
    static FileSet read(Map<String, Path> folders) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        long bytes = 0;
        for (Map.Entry<String, Path> folder : folders.entrySet()) {
            for (Path file : list(folder.getValue())) {
                byte[] content = Files.readAllBytes(file);
                bytes += content.length;
                if (files.size() >= MOST_FILES || bytes > MOST_BYTES) {
                    throw new IOException(folder.getValue() + " has more than " + MOST_FILES + " files or " + (MOST_BYTES >> 20) + " MiB");
                }
                files.put(folder.getKey() + "/" + folder.getValue().relativize(file).toString().replace('\\', '/'), content);
            }
        }
        return new FileSet(files);
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(file -> isMeant(folder.relativize(file))).sorted().toList();
        }
    }

    private static boolean isMeant(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return !relative.toString().matches(".*(~|\\.tmp|\\.swp|\\.bak|\\.part)$");
    }

    /** Sizes and times of the files, which change before or when their content does. */
    static String signature(Map<String, Path> folders) throws IOException {
        StringBuilder signature = new StringBuilder();
        for (Path folder : folders.values()) {
            for (Path file : list(folder)) {
                BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
                signature.append(file).append('|').append(facts.size()).append('|').append(facts.lastModifiedTime().toMillis())
                        .append('|').append(facts.fileKey()).append('\n');
            }
        }
        return signature.toString();
    }

    /** Writes the files below a folder. */
    void write(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
    }

    /** What the engineer's own {@code application.properties} says; empty without one. */
    Properties properties() throws IOException {
        Properties read = new Properties();
        byte[] content = files.get(PROPERTIES);
        if (content != null) {
            read.load(new StringReader(new String(content, StandardCharsets.UTF_8)));
        }
        return read;
    }

    /** What has to happen to come from this to another. */
    Difference to(FileSet other) {
        List<String> added = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        for (String name : new TreeSet<>(Stream.concat(files.keySet().stream(), other.files.keySet().stream()).toList())) {
            if (!files.containsKey(name)) {
                added.add(name);
            } else if (!other.files.containsKey(name)) {
                removed.add(name);
            } else if (!Arrays.equals(files.get(name), other.files.get(name))) {
                changed.add(name);
            }
        }
        return new Difference(added, changed, removed);
    }
}
