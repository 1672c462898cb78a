package io.dromedary.proxies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which files of this device a caller from outside may name: those below some folders, after links have been followed. */
public final class RemotePaths {

    private static final List<String> NAMES = List.of("file_path", "local_path");

    private final List<Path> folders;

    /** @param list folders divided by commas; a relative path of a caller is below the first */
    public RemotePaths(String list) {
        folders = Arrays.stream(list.split(",")).map(String::trim).filter(text -> !text.isEmpty()).map(Path::of).map(Path::toAbsolutePath).map(Path::normalize).toList();
    }

    /** The parameters with every path resolved. @throws BadParameter when one is elsewhere */
    public Map<String, Object> checked(Map<String, Object> parameters) throws IOException {
        Map<String, Object> checked = new LinkedHashMap<>(parameters);
        for (String name : NAMES) {
            if (parameters.get(name) instanceof String text && !text.isEmpty()) {
                checked.put(name, inside(name, text).toString());
            }
        }
        return checked;
    }

    private Path inside(String name, String text) throws IOException {
        Parameters.checked(name, text);
        if (!folders.isEmpty()) {
            Path wanted = folders.get(0).resolve(text).normalize();
            Path real = real(wanted);
            for (Path folder : folders) {
                if (wanted.startsWith(folder) && real.startsWith(real(folder))) {
                    return wanted;
                }
            }
        }
        throw new BadParameter(name + " " + Parameters.shown(text) + " is outside the folders that callers may name (DROMEDARY_TRANSFER_DIRS)");
    }

    /** The path without links, as far as it exists. */
    private static Path real(Path path) throws IOException {
        Path there = path;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return there == null ? path : there.toRealPath().resolve(there.relativize(path).toString());
    }
}
