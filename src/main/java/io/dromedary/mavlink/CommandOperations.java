package io.dromedary.mavlink;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commands in general, and the two about messages: send me one, send me them at this rate. */
final class CommandOperations {

    private static final int SET_MESSAGE_INTERVAL = 511;
    private static final int REQUEST_MESSAGE = 512;

    private CommandOperations() {
    }

    /** Any command; answers with its acknowledgement. */
    static Object command(VehicleCall call) throws Exception {
        return answer(execute(call, call.entry("MAV_CMD", "command"), params(call)), call);
    }

    /** Asks for one message and waits for it; answers with its fields. */
    static Object requestMessage(VehicleCall call) throws Exception {
        MessageDefinition wanted = call.link().dialect().get(call.text("message"));
        int system = call.targetSystem();
        int component = call.targetComponent();
        double[] params = params(call);
        params[0] = wanted.id();
        Duration patience = call.millis("messageTimeout", 3000);
        try (FrameQueue queue = call.link().queue(frame -> frame.messageId() == wanted.id() && frame.systemId() == system
                && frame.componentId() == component, 1)) {
            CommandResult result;
            try {
                result = execute(call, REQUEST_MESSAGE, params);
            } catch (TimeoutException e) {
                // The message itself may have come through although the acknowledgement did not.
                MavlinkFrame frame = queue.poll(0, TimeUnit.MILLISECONDS);
                if (frame == null) {
                    throw e;
                }
                return frame.message().toMap();
            }
            if (!result.accepted()) {
                return answer(result, call);
            }
            MavlinkFrame frame = queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (frame == null) {
                throw new TimeoutException("Vehicle " + system + "/" + component + " accepted to send " + wanted.name() + " but did not within "
                        + patience.toMillis() + " ms");
            }
            return frame.message().toMap();
        }
    }

    /** Sets how often a message is sent: {@code rate} in messages a second, 0 for none, -1 for the vehicle's default. */
    static Object setInterval(VehicleCall call) throws Exception {
        MessageDefinition message = call.link().dialect().get(call.text("message"));
        call.text("rate");
        double rate = call.number("rate", 0);
        if (!(rate >= 0 && rate <= 1e6 || rate == -1)) {
            throw new IllegalArgumentException("'rate' is a number of messages a second, 0 for none, -1 for the default, not " + rate);
        }
        double micros = rate > 0 ? Math.rint(1e6 / rate) : rate == 0 ? -1 : 0;
        double[] params = params(call);
        params[0] = message.id();
        params[1] = micros;
        return answer(execute(call, SET_MESSAGE_INTERVAL, params), call);
    }

    /** Sends a command with the patience the call asks for; for operations that are commands in the end. */
    static CommandResult execute(VehicleCall call, int command, double... params) throws IOException, TimeoutException, InterruptedException {
        int resends = switch (String.valueOf(call.argument("resend"))) {
            case "always" -> call.integer("resends", 3);
            case "never" -> 0;
            default -> CommandRequest.isRepeatable(command) ? call.integer("resends", 3) : 0;
        };
        return CommandSender.of(call.link()).execute(CommandRequest.of(call.targetSystem(), call.targetComponent(), command, params)
                .withFrame(call.integer("frame", -1))
                .withPatience(call.millis("ackTimeout", 1000), resends, call.millis("progressTimeout", 30_000)));
    }

    /** The acknowledgement for the route, or a failure when it says no and the call wants to hear of that so. */
    static Map<String, Object> answer(CommandResult result, VehicleCall call) throws CommandRefusedException {
        if (!result.accepted() && call.flag("throwExceptionOnFailure", true)) {
            throw new CommandRefusedException(result);
        }
        return result.toMap();
    }

    /** {@code params} as a list or a text with commas, and {@code param1} to {@code param7} over it. Null stands for NaN. */
    static double[] params(VehicleCall call) {
        double[] params = new double[7];
        Object given = call.argument("params");
        List<?> list = given instanceof List<?> l ? l : given == null ? List.of() : List.of(given.toString().split(","));
        if (list.size() > params.length) {
            throw new IllegalArgumentException("'params' has " + list.size() + " numbers, at most 7 are possible");
        }
        for (int n = 0; n < params.length; n++) {
            String name = "param" + (n + 1);
            if (n < list.size()) {
                params[n] = list.get(n) == null ? Double.NaN : VehicleCall.toNumber("params", list.get(n));
            }
            params[n] = call.arguments().containsKey(name) && call.argument(name) == null ? Double.NaN : call.number(name, params[n]);
        }
        return params;
    }
}
