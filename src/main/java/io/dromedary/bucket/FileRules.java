package io.dromedary.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.dromedary.proxies.BadParameter;

/** Which files may be stored: by the ending of their name, size and, for the two kinds of flight logs, by their first bytes. */
final class FileRules {

    /** What the reference allows. */
    static final List<String> DEFAULT_EXTENSIONS = List.of(".ulg", ".bag");

    private static final long MAX_BYTES = 2L << 30;
    /** ULog: seven bytes of magic, then the version of the format, which is 1. */
    private static final byte[] ULOG = {0x55, 0x4C, 0x6F, 0x67, 0x01, 0x12, 0x35, 0x01};
    private static final byte[] ROSBAG = "#ROSBAG".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, String> CONTENT_TYPES = Map.of(".ulg", "application/x-ulog", ".bag", "application/x-rosbag");

    private final List<String> extensions;
    private final long maxBytes;

    FileRules(List<String> extensions) {
        this(extensions, MAX_BYTES);
    }

    FileRules(List<String> extensions, long maxBytes) {
        this.extensions = extensions.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
        this.maxBytes = maxBytes;
    }

    List<String> extensions() {
        return extensions;
    }

    boolean allowsName(String name) {
        return extensions.contains(extension(name));
    }

    /** Refuses a name with another ending. */
    void requireName(String name) {
        if (!allowsName(name)) {
            throw new BadParameter("Invalid file extension. Only " + String.join(", ", extensions) + " files are allowed",
                    Map.of("allowed_extensions", extensions));
        }
    }

    /** Refuses a file that is missing, empty, too large or not what its ending says; returns its size. */
    long requireContent(Path file) {
        try {
            BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
            if (!known.isRegularFile()) {
                throw invalid("File does not exist");
            }
            if (known.size() == 0) {
                throw invalid("File is empty");
            }
            if (known.size() > maxBytes) {
                throw invalid("File too large (max 2 GiB)");
            }
            requireMagic(file, extension(file.getFileName().toString()));
            return known.size();
        } catch (NoSuchFileException e) {
            throw invalid("File does not exist");
        } catch (IOException e) {
            throw invalid("File cannot be read: " + e.getMessage());
        }
    }

    private void requireMagic(Path file, String extension) throws IOException {
        if (!extensions.contains(extension)) {
            throw invalid("Unsupported extension '" + extension + "'");
        }
        if (extension.equals(".ulg") && !begins(file, ULOG)) {
            throw invalid("Invalid ULog header (magic/version mismatch)");
        }
        if (extension.equals(".bag") && !begins(file, ROSBAG)) {
            throw invalid("Invalid ROS bag header (expected '#ROSBAG')");
        }
    }

    private static boolean begins(Path file, byte[] magic) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(magic.length), magic);
        }
    }

    private static BadParameter invalid(String reason) {
        return new BadParameter("File validation failed: " + reason);
    }

    static String contentType(Path file) {
        return CONTENT_TYPES.getOrDefault(extension(file.getFileName().toString()), "application/octet-stream");
    }

    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }
}
