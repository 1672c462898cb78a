package io.dromedary.oci;

import java.util.Locale;

/**
 * Selects a manifest from an index, as {@code os/architecture[/variant]}, for example {@code linux/arm64/v8}.
 *
 * @param os           operating system in the spelling of the Go language
 * @param architecture processor in the spelling of the Go language
 * @param variant      variant of the processor, or null for any
 */
public record Platform(String os, String architecture, String variant) {

    /** Reads {@code os/architecture[/variant]}. */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new IllegalArgumentException("a platform is written os/architecture[/variant], such as linux/arm64, not '" + text + "'");
        }
        return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : null);
    }

    /** The platform that this process runs on. */
    public static Platform current() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String os = name.startsWith("mac") ? "darwin" : name.startsWith("win") ? "windows" : "linux";
        return new Platform(os, switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> System.getProperty("os.arch", "");
        }, null);
    }

    boolean accepts(String otherOs, String otherArchitecture, String otherVariant) {
        return os.equals(otherOs) && architecture.equals(otherArchitecture) && (variant == null || variant.equals(otherVariant));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }
}
