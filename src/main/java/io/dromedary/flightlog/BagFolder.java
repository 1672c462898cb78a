package io.dromedary.flightlog;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The directory of bags. What a bag says of itself is read once and remembered as long as its size and time stay the same, for the last
 * {@value #REMEMBERED} bags.
 */
public final class BagFolder {

    private static final int REMEMBERED = 10_000;

    private final Path folder;
    private final Map<String, BagFacts> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, BagFacts> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** A folder that need not exist. */
    public BagFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * All files below the folder whose name ends in {@code .bag}; one that vanishes meanwhile is left out.
     *
     * @throws InterruptedIOException when the calling thread is interrupted
     */
    public List<BagFile> scan() throws IOException {
        List<BagFile> bags = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return bags;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws InterruptedIOException {
                if (file.getFileName().toString().endsWith(".bag") && attributes.isRegularFile()) {
                    bags.add(bag(file, attributes.size(), attributes.lastModifiedTime().to(TimeUnit.MILLISECONDS)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bags;
    }

    private BagFile bag(Path file, long size, long modifiedMillis) throws InterruptedIOException {
        String key = file + "|" + size + "|" + modifiedMillis;
        BagFacts facts;
        synchronized (known) {
            facts = known.get(key);
        }
        if (facts == null) {
            facts = RosBag.facts(file);
            if (Thread.currentThread().isInterrupted()) {
                // which ends the reading too, so that nothing is known is not to be remembered
                throw new InterruptedIOException("The search for bags was stopped");
            }
            synchronized (known) {
                known.put(key, facts);
            }
        }
        return new BagFile(UUID.randomUUID().toString(), file.toString(), size, Math.floorDiv(modifiedMillis, 1000L), facts);
    }
}
