package io.dromedary.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.dromedary.admin.OrganizationFile;
import io.dromedary.embedded.StartRefused;

/**
 * Who this device is. Each of the two ids comes from a variable ({@code DROMEDARY_ORGANIZATION_ID},
 * {@code DROMEDARY_MACHINE_ID}), or from a file named by the same variable with {@code _FILE}, or from a command's output
 * named with {@code _COMMAND}. A file may be plain text or, for the organization, the provisioning JSON of the reference.
 *
 * @param organization empty when unknown: then the topics are bare
 * @param machine      empty when unknown
 */
record Identity(String organization, String machine) {

    private static final long COMMAND_SECONDS = 10;

    static Identity read(Settings settings) {
        return new Identity(find(settings, "DROMEDARY_ORGANIZATION_ID"), find(settings, "DROMEDARY_MACHINE_ID"));
    }

    /** What precedes every topic of the bus; empty, or with a slash at its end. */
    String topicPrefix() {
        return organization.isEmpty() ? "" : "org/" + organization + "/device/" + deviceId() + "/";
    }

    /** What messages say in {@code deviceId}. */
    String deviceId() {
        return "Instance-" + (machine.isEmpty() ? "local" : machine);
    }

    private static String find(Settings settings, String name) {
        Optional<String> value = settings.value(name)
                .or(() -> settings.value(name + "_FILE").map(file -> fromFile(name + "_FILE", Path.of(file))))
                .or(() -> settings.value(name + "_COMMAND").map(command -> fromCommand(name + "_COMMAND", command)));
        String id = value.orElse("").trim();
        if (id.chars().anyMatch(c -> c == '/' || c == '+' || c == '#' || Character.isISOControl(c))) {
            throw new StartRefused(name + " holds a character that no MQTT topic level may hold (/, +, # or a control character).");
        }
        return id;
    }

    private static String fromFile(String setting, Path file) {
        try {
            return OrganizationFile.read(file).organization();
        } catch (IOException e) {
            throw new StartRefused(setting + ": " + file + " cannot be read (" + e.getMessage() + ").");
        }
    }

    private static String fromCommand(String setting, String command) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new StartRefused(setting + ": the command did not end in " + COMMAND_SECONDS + " s.");
            }
            if (process.exitValue() != 0) {
                throw new StartRefused(setting + ": the command ended with exit code " + process.exitValue() + ".");
            }
            return new String(process.getInputStream().readNBytes(1024), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StartRefused(setting + ": the command cannot be run (" + e.getMessage() + ").");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused(setting + ": interrupted.");
        }
    }
}
