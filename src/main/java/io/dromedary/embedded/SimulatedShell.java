package io.dromedary.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dromedary.embedded.SimulatedVehicleSettings.Shell;
import io.dromedary.mavlink.MavlinkMessage;

/** PX4's shell over SERIAL_CONTROL: a byte stream in chunks of 70, which echoes and prompts. Runs on the radio's thread. */
final class SimulatedShell {

    private static final int DEVICE = 10;
    private static final int REPLY = 1;
    private static final int RESPOND = 2;
    private static final int CHUNK = 70;
    private static final int LONGEST_LINE = 1024;
    private static final String NEW_LINE = "\r\n";

    private final SimulatedVehicle vehicle;
    private final VehicleRadio radio;
    private final SimulatedVehicleSettings settings;
    private final StringBuilder line = new StringBuilder();

    SimulatedShell(SimulatedVehicle vehicle, VehicleRadio radio) {
        this.vehicle = vehicle;
        this.radio = radio;
        this.settings = vehicle.settings();
    }

    void reboot() {
        line.setLength(0);
    }

    void received(MavlinkMessage message) {
        if (message.getInt("device") != DEVICE || settings.shell == Shell.NONE) {
            return;
        }
        if ((message.getInt("flags") & RESPOND) == 0) {
            // Without it PX4 closes the shell.
            line.setLength(0);
            return;
        }
        String typed = new String(message.getBytes("data"), 0, Math.min(CHUNK, message.getInt("count")), StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        for (char c : typed.toCharArray()) {
            if (c == '\n') {
                run(line.toString().trim(), out);
                line.setLength(0);
            } else if (line.length() < LONGEST_LINE) {
                line.append(c);
            }
        }
        send(out.toString());
    }

    private void run(String command, StringBuilder out) {
        if (settings.echo) {
            out.append(command).append(NEW_LINE);
        }
        if (!command.isEmpty()) {
            vehicle.journal().shell(command);
            String answer = answer(command.split(" +", 3));
            out.append(answer);
            if (!answer.isEmpty()) {
                out.append(NEW_LINE);
            }
        }
        // PX4 clears the rest of the line behind its prompt.
        out.append(settings.shell.prompt()).append(settings.echo && !settings.shell.prompt().isEmpty() ? "\u001b[K" : "");
    }

    private String answer(String[] words) {
        boolean hardware = settings.shell != Shell.SIMULATION;
        String argument = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "ver" -> "HW arch: PX4_FMU_V6X" + NEW_LINE + "FW git-hash: 0123456789abcdef0123456789abcdef01234567" + NEW_LINE
                    + "FW version: 1.15.0 0 (17760256)" + NEW_LINE + "OS: NuttX" + NEW_LINE + "OS version: Release 11.0.0 (184549631)";
            case "help" -> "Builtin Apps:" + NEW_LINE + "  free    help    listener    logger    ls    param    rm    rmdir    ver";
            case "free" -> "             total       used       free    largest" + NEW_LINE + "Umem:       839552     412304     427248     401920";
            case "logger" -> logger(argument);
            case "param" -> param(words);
            case "ls" -> list(argument);
            case "rm", "rmdir" -> hardware ? remove(words[0], words[words.length - 1]) : unknown(words[0]);
            default -> unknown(words[0]);
        };
    }

    private static String unknown(String word) {
        return "Invalid command: " + word + NEW_LINE + "type 'help' for a list of commands";
    }

    private String logger(String argument) {
        switch (argument) {
            case "stop" -> vehicle.flight().logging(false);
            case "start", "on" -> vehicle.flight().logging(true);
            default -> {
                return "INFO  [logger] Running in mode: all";
            }
        }
        return "";
    }

    private String param(String[] words) {
        String name = words[words.length - 1];
        Number value = vehicle.settings().parameters.value(name);
        return value == null ? "Symbols: x = used, + = saved, * = unsaved" : "x   " + name + " : " + value;
    }

    private String list(String path) {
        try (Stream<Path> children = Files.list(resolve(path))) {
            return path + ":" + NEW_LINE + children.map(child -> " " + child.getFileName() + (Files.isDirectory(child) ? "/" : "")).sorted()
                    .collect(Collectors.joining(NEW_LINE));
        } catch (IOException | IllegalArgumentException e) {
            return "nsh: ls: stat failed: No such file or directory";
        }
    }

    private String remove(String command, String path) {
        String failed = "nsh: " + command + ": " + (command.equals("rm") ? "unlink" : "rmdir") + " failed: ";
        try {
            Path file = resolve(path);
            if (Files.isDirectory(file) != command.equals("rmdir") && Files.exists(file)) {
                return failed + (command.equals("rm") ? "Is a directory" : "Not a directory");
            }
            Files.delete(file);
            return "";
        } catch (NoSuchFileException e) {
            return failed + "No such file or directory";
        } catch (DirectoryNotEmptyException e) {
            return failed + "Directory not empty";
        } catch (IOException | IllegalArgumentException e) {
            return failed + "Operation not permitted";
        }
    }

    private Path resolve(String path) {
        try {
            Path root = settings.root.toAbsolutePath().normalize();
            Path file = root.resolve(path.replaceFirst("^/+", "")).normalize();
            if (file.startsWith(root) && !file.equals(root) || path.equals("/")) {
                return file;
            }
        } catch (InvalidPathException e) {
            // falls through
        }
        throw new IllegalArgumentException("outside of the vehicle");
    }

    private void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += CHUNK) {
            int count = Math.min(CHUNK, bytes.length - at);
            byte[] data = java.util.Arrays.copyOfRange(bytes, at, at + count);
            radio.send(radio.message("SERIAL_CONTROL").set("device", DEVICE).set("flags", REPLY).set("count", count).set("data", data));
        }
    }
}
