package io.dromedary.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.regex.Pattern;

/**
 * Files that the S3 store was writing when it was killed. It writes {@code <name>-<uuid>}, gives it its attributes and renames it; what
 * has no attributes was never acknowledged, and would be listed as an object that nobody stored.
 */
final class UnfinishedObjects {

    private static final Pattern UNFINISHED = Pattern.compile(".*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private UnfinishedObjects() {
    }

    /** Removes them; nothing may be writing. */
    static void removeFrom(Path objects) throws IOException {
        Files.walkFileTree(objects, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && UNFINISHED.matcher(file.getFileName().toString()).matches() && hasNoAttributes(file)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** On a file system without attributes no file has any, which says nothing. */
    private static boolean hasNoAttributes(Path file) throws IOException {
        return Files.getFileStore(file).supportsFileAttributeView(UserDefinedFileAttributeView.class)
                && Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).list().isEmpty();
    }
}
