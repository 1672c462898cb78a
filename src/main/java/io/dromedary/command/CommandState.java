package io.dromedary.command;

import java.util.Objects;

import org.apache.camel.Exchange;

/**
 * What the bus knows of one command, kept in the exchange's variables so that routes can read it: {@code messageId},
 * {@code command}, {@code petal}, {@code waitResponse}, {@code waitAck}, {@code cpuHeavy}. A route that answers by itself
 * sets the variable {@code reply} to {@code none}.
 */
final class CommandState {

    static final String MESSAGE_ID = "messageId";
    static final String COMMAND = "command";
    static final String PETAL = "petal";
    static final String WAIT_RESPONSE = "waitResponse";
    static final String WAIT_ACK = "waitAck";
    static final String CPU_HEAVY = "cpuHeavy";
    static final String REPLY = "reply";
    static final String NO_REPLY = "none";
    static final String BUS_TOPIC = "busTopic";
    static final String EDGE = "edge";
    /** An edge that does not answer over the bus names the route that answers for a command that runs out of time. */
    static final String LATE_ROUTE = "lateRoute";
    static final String ENTRY = "commandDeadline";
    /** An edge that takes commands of many devices names the one. */
    static final String DEVICE_ID = "deviceId";
    static final String FAILURE = "commandFailure";

    private CommandState() {
    }

    static String text(Exchange exchange, String name) {
        return Objects.toString(exchange.getVariable(name), "");
    }

    static boolean is(Exchange exchange, String name) {
        return Boolean.TRUE.equals(exchange.getVariable(name));
    }

    static boolean answersItself(Exchange exchange) {
        return NO_REPLY.equals(exchange.getVariable(REPLY));
    }
}
