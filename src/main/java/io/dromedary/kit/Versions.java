package io.dromedary.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps what runs, and what ran before, in {@code <data>/kit/versions/<number>}. What runs is always one of these copies, so
 * a half-written file of the engineer is never read by a route.
 */
public final class Versions {

    private static final int KEPT = 10;
    private static final String CURRENT = "current";

    private final Path folder;

    /** Uses a folder of the data directory. */
    public Versions(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    /** Number of the version that runs; 0 if none ever did. */
    public int current() throws IOException {
        Path file = folder.resolve(CURRENT);
        return Files.exists(file) ? Integer.parseInt(Files.readString(file).trim()) : 0;
    }

    /** Where a version's files are. */
    public Path path(int number) {
        return folder.resolve("versions").resolve(Integer.toString(number));
    }

    private List<Integer> numbers() throws IOException {
        Path versions = folder.resolve("versions");
        if (!Files.isDirectory(versions)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(path -> path.getFileName().toString()).filter(name -> name.matches("\\d+")).map(Integer::valueOf).sorted().toList();
        }
    }

    /** The newest version before the one that runs. */
    Optional<Integer> previous() throws IOException {
        int current = current();
        return numbers().stream().filter(number -> number < current).max(Comparator.naturalOrder());
    }

    FileSet files(int number) throws IOException {
        Path version = path(number);
        return FileSet.read(Map.of("routes", version.resolve("routes"), "kamelets", version.resolve("kamelets")));
    }

    /** Stores files as a version that is not current yet. */
    int store(FileSet files) throws IOException {
        int number = numbers().stream().max(Comparator.naturalOrder()).orElse(0) + 1;
        Path target = path(number);
        Files.createDirectories(target.resolve("routes"));
        Files.createDirectories(target.resolve("kamelets"));
        files.write(target);
        return number;
    }

    /** From now on this one is what runs. The oldest are forgotten. */
    void use(int number) throws IOException {
        Path aside = Files.writeString(folder.resolve(CURRENT + ".tmp"), Integer.toString(number));
        Files.move(aside, folder.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        List<Integer> numbers = numbers();
        for (int old : numbers.subList(0, Math.max(0, numbers.size() - KEPT))) {
            if (old != number) {
                delete(old);
            }
        }
    }

    /** Removes a version that was never used. */
    void delete(int number) throws IOException {
        try (Stream<Path> files = Files.walk(path(number))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What an apply would change: the files against what runs. */
    public FileDifference difference(Map<String, Path> folders) throws IOException {
        FileSet.Difference difference = files(current()).to(FileSet.read(folders));
        return new FileDifference(difference.added(), difference.changed(), difference.removed());
    }

    /**
     * Names of files.
     *
     * @param added   only in the folders
     * @param changed other content
     * @param removed only in what runs
     */
    public record FileDifference(List<String> added, List<String> changed, List<String> removed) {
    }
}
