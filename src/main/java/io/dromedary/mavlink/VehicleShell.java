package io.dromedary.mavlink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with a vehicle's shell over SERIAL_CONTROL. The protocol has no numbers: what is lost cannot be noticed, and a command
 * without an answer may have been run. One session at a time to each vehicle; every command is logged.
 */
public final class VehicleShell implements AutoCloseable {

    private static final Logger AUDIT = LoggerFactory.getLogger("io.dromedary.audit.shell");
    private static final int SERIAL_CONTROL = 126;
    private static final int DEVICE = 10;
    private static final int REPLY = 1;
    private static final int RESPOND_EXCLUSIVE = 6;
    private static final int CHUNK = 70;
    private static final int QUEUE = 4096;
    private static final int LONGEST_COMMAND = 1024;
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration QUIET_AFTER_PROMPT = Duration.ofMillis(50);
    private static final List<String> FAILURES = List.of("no such", "error", "failed", "invalid", "not empty");

    private final MavlinkLink link;
    private final Vehicle vehicle;
    private final FrameQueue replies;
    private final Semaphore turn;
    private boolean prompts;

    /** The sessions of a link. */
    private static final class Sessions {

        private final Map<Integer, Semaphore> turns = new ConcurrentHashMap<>();
    }

    /**
     * What a command printed.
     *
     * @param output   without echo and prompt
     * @param raw      as it came, without control sequences
     * @param complete whether the prompt showed that it was finished; otherwise the shell fell silent
     */
    public record Answer(String output, String raw, boolean complete) {

        /** Whether its words say that it failed. */
        public boolean saysFailure() {
            String text = output.toLowerCase(Locale.ROOT);
            return FAILURES.stream().anyMatch(text::contains);
        }
    }

    private VehicleShell(MavlinkLink link, Vehicle vehicle, Semaphore turn) {
        this.link = link;
        this.vehicle = vehicle;
        this.turn = turn;
        this.replies = link.queue(this::isReply, QUEUE);
    }

    /**
     * Begins a session once no other of this link is under way to the vehicle.
     *
     * @param greet whether to ask for a prompt first, which opens the shell and shows whether it has one
     * @throws IOException      when nobody is connected
     * @throws TimeoutException when another session does not end
     */
    public static VehicleShell open(MavlinkLink link, Vehicle vehicle, boolean greet, Duration timeout)
            throws IOException, InterruptedException, TimeoutException {
        Semaphore turn = link.service(Sessions.class, key -> new Sessions()).turns
                .computeIfAbsent(Vehicles.key(vehicle.systemId(), vehicle.componentId()), key -> new Semaphore(1, true));
        if (!turn.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("Another shell session to vehicle " + vehicle.systemId() + " did not end");
        }
        VehicleShell shell = new VehicleShell(link, vehicle, turn);
        try {
            if (greet) {
                shell.send("\n");
                shell.prompts = shell.read(System.nanoTime() + Math.min(IDLE.toNanos(), timeout.toNanos())).endsWithPrompt();
            }
            return shell;
        } catch (IOException | InterruptedException | RuntimeException e) {
            shell.close();
            throw e;
        }
    }

    /**
     * Checks a command against an allow-list: equal to an entry, or beginning with one that ends in an asterisk.
     *
     * @throws IllegalArgumentException when it is not allowed, or holds what would make two commands of it
     */
    public static void requireAllowed(String command, List<String> allowed) {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("The vehicle shell is off; allow commands with the option shellCommands");
        }
        requireCommand(command);
        if (allowed.contains("*")) {
            return;
        }
        if (command.matches(".*[;&|<>$`].*")) {
            throw new IllegalArgumentException("Shell command '" + command + "' holds a character that is not allowed");
        }
        for (String entry : allowed) {
            boolean prefix = entry.endsWith("*");
            if (prefix ? command.startsWith(entry.substring(0, entry.length() - 1)) : command.equals(entry)) {
                return;
            }
        }
        throw new IllegalArgumentException("Shell command '" + command + "' is not allowed; allowed are " + allowed);
    }

    private static void requireCommand(String command) {
        if (command.isBlank() || command.length() > LONGEST_COMMAND || command.chars().anyMatch(c -> c < 32 || c == 127)) {
            throw new IllegalArgumentException("A shell command is one line of at most " + LONGEST_COMMAND + " characters");
        }
    }

    /**
     * Runs one command and reads until the prompt, or until a shell without a prompt is silent for a second.
     *
     * @throws TimeoutException when nothing was heard: nobody knows whether the command was run, so do not repeat it blindly
     * @throws IOException      when nobody is connected
     */
    public Answer run(String command, Duration timeout) throws IOException, InterruptedException, TimeoutException {
        String line = command.strip();
        requireCommand(line);
        AUDIT.info("Vehicle {}/{}: {}", vehicle.systemId(), vehicle.componentId(), line);
        while (replies.poll(0, TimeUnit.NANOSECONDS) != null) {
            // What came before belongs to somebody else's command.
        }
        send(line + "\n");
        ShellText text = read(System.nanoTime() + timeout.toNanos());
        if (text.length() == 0) {
            throw new TimeoutException("The vehicle's shell did not answer '" + line + "' within " + timeout.toMillis() / 1000.0
                    + " s; whether it was run is unknown");
        }
        boolean complete = text.endsWithPrompt();
        prompts |= complete;
        return new Answer(text.output(line), text.text().strip(), complete);
    }

    /**
     * Removes a file with {@code rm}, or an empty directory with {@code rmdir}. The path is relative to the root.
     *
     * @return false when the shell says that it did not
     * @throws TimeoutException when the shell did not come back with a prompt: the outcome is unknown
     */
    public boolean remove(String path, boolean directory, Duration timeout) throws IOException, InterruptedException, TimeoutException {
        if (path.matches(".*[;&|<>$`'\"\\s].*") || path.contains("..")) {
            throw new IllegalArgumentException("'" + path + "' is no path that the shell can be given");
        }
        Answer answer = run((directory ? "rmdir" : "rm") + " /" + path.replaceFirst("^/+", ""), timeout);
        if (!answer.complete() && !answer.saysFailure()) {
            throw new TimeoutException("The vehicle's shell did not finish removing " + path + "; the outcome is unknown");
        }
        return !answer.saysFailure();
    }

    private ShellText read(long deadline) throws InterruptedException {
        ShellText text = new ShellText();
        while (text.length() < LONGEST_ANSWER) {
            boolean prompt = text.endsWithPrompt();
            long left = deadline - System.nanoTime();
            // A shell that showed a prompt before will show it again; the silence of another is all there is.
            long patience = prompt ? QUIET_AFTER_PROMPT.toNanos() : text.length() > 0 && !prompts ? IDLE.toNanos() : left;
            MavlinkFrame frame = replies.poll(Math.max(0, Math.min(left, patience)), TimeUnit.NANOSECONDS);
            if (frame == null) {
                return text;
            }
            MavlinkMessage reply = frame.message();
            byte[] data = reply.getBytes("data");
            text.append(data, Math.min(data.length, reply.getInt("count")));
        }
        return text;
    }

    private boolean isReply(MavlinkFrame frame) {
        // SERIAL_CONTROL: baudrate u32, timeout u16, device u8, flags u8, count u8, data[70].
        return frame.messageId() == SERIAL_CONTROL && frame.systemId() == vehicle.systemId() && frame.componentId() == vehicle.componentId()
                && frame.u8(6) == DEVICE && (frame.u8(7) & REPLY) != 0;
    }

    private void send(String input) throws IOException {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += CHUNK) {
            if (!link.send(control(RESPOND_EXCLUSIVE, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + CHUNK))))) {
                throw new IOException("MAVLink connection not established: nobody is connected to " + link.settings().addresses());
            }
        }
    }

    private MavlinkMessage control(int flags, byte[] data) {
        MavlinkMessage message = link.dialect().message("SERIAL_CONTROL").set("device", DEVICE).set("flags", flags)
                .set("count", data.length).set("data", data);
        // The message had no target once. With one vehicle it is left out, as all clients do; with several it must not reach the others.
        if (link.vehicles().size() > 1 && message.definition().has("target_system")) {
            message.set("target_system", vehicle.systemId()).set("target_component", vehicle.componentId());
        }
        return message;
    }

    /** Ends the session: without RESPOND the vehicle closes its shell, which frees memory there. */
    @Override
    public void close() {
        link.send(control(0, new byte[0]));
        replies.close();
        turn.release();
    }
}
