package io.dromedary.trainer;

import java.util.List;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The steps of the trainer's routes that read the body as it is, whatever type it has. The bean {@code trainerSteps}. */
public final class TrainerOperations {

    private TrainerCodec codec;
    private TrainerCommands commands;
    private String wire = "double";
    private String values = "intact";

    public TrainerOperations(TrainerCodec codec, TrainerCommands commands) {
        this.codec = codec;
        this.commands = commands;
    }

    /** Steps with a codec of their own, for kamelets. */
    public TrainerOperations() {
        own();
    }

    private void own() {
        codec = new TrainerCodec(wire, values);
        commands = new TrainerCommands(codec);
    }

    /** {@code double} or {@code plain}. */
    public void setWire(String wire) {
        this.wire = wire;
        own();
    }

    /** {@code intact} or {@code compatible}. */
    public void setValues(String values) {
        this.values = values;
        own();
    }

    /**
     * Turns the body into the frames to publish on the topic in the variable {@code topic}; an emergency into two messages, that on the
     * emergency topic first.
     */
    public void encode(Exchange exchange) {
        encode(exchange.getMessage(), exchange.getVariable("topic"));
    }

    /** The same for the topic EVENT. */
    public void encodeEvent(Exchange exchange) {
        encode(exchange.getMessage(), TrainerTopic.EVENT);
    }

    private void encode(Message message, Object topic) {
        Object body = message.getBody();
        List<byte[]> frames = codec.encodeMessage(topic, body);
        message.setBody(TrainerCodec.alsoEmergency(topic, body) ? List.of(codec.encodeMessage(TrainerTopic.EMERGENCY, body), frames) : frames);
    }

    /** Reads what a device published: the body becomes its content, the variable {@code topic} the number of its topic. */
    @SuppressWarnings("unchecked")
    public void decode(Exchange exchange) throws MalformedMessageException {
        TrainerCodec.Message message = codec.decodeMessage(exchange.getMessage().getBody(List.class));
        exchange.setVariable("topic", message.topic());
        exchange.getMessage().setBody(message.body());
    }

    /** Opens a command: the variable {@code ticket} stands for it, {@code command} is its number, the body becomes its arguments. */
    @SuppressWarnings("unchecked")
    public void open(Exchange exchange) throws MalformedMessageException {
        CommandTicket ticket = commands.open(exchange.getMessage().getBody(List.class));
        exchange.setVariable("ticket", ticket);
        exchange.setVariable("command", ticket.getCommand());
        exchange.getMessage().setBody(ticket.getData());
    }

    /** Makes a reply of the body and of the variables {@code result}, {@code errorCode} and {@code errorMessage}, all three optional. */
    public void reply(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(commands.reply(exchange.getVariable("result"), message.getBody(), exchange.getVariable("errorCode"),
                exchange.getVariable("errorMessage")));
    }

    /** Makes the bytes of the answer to the command in the variable {@code ticket}, of what {@link #reply} takes. */
    public void answer(Exchange exchange) {
        reply(exchange);
        Message message = exchange.getMessage();
        message.setBody(commands.encode(ticket(exchange), message.getBody(CommandReply.class)));
    }

    /** Makes the bytes of the answer to a command that failed or could not be read. */
    public void answerFailure(Exchange exchange) {
        CommandTicket ticket = ticket(exchange);
        failed(exchange);
        Message message = exchange.getMessage();
        message.setBody(ticket == null ? commands.unrecognized() : commands.encode(ticket, message.getBody(CommandReply.class)));
    }

    /** Turns the frames of a reply into a map. */
    @SuppressWarnings("unchecked")
    public void decodeReply(Exchange exchange) throws MalformedMessageException {
        Message message = exchange.getMessage();
        message.setBody(codec.decodeReply(message.getBody(List.class)));
    }

    /** Makes a reply of what went wrong. */
    public void failed(Exchange exchange) {
        exchange.getMessage().setBody(commands.failed(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)));
    }

    /** Whether the command may run: its sender still waits. */
    public boolean begin(Exchange exchange) {
        return ticket(exchange).begin();
    }

    /** Gives the reply in the body to the sender of the command; true when it waits no longer, so that the result must be published. */
    public boolean finish(Exchange exchange) {
        return ticket(exchange).finish(exchange.getMessage().getBody(CommandReply.class));
    }

    /** Makes the bytes of what the sender of the command was told, or is told now. */
    public void answered(Exchange exchange) {
        exchange.getMessage().setBody(commands.overdue(ticket(exchange)));
    }

    /** Makes the late result to publish, like {@link #reply}, for the command in the variable {@code ticket}. */
    public void result(Exchange exchange) {
        reply(exchange);
        CommandTicket ticket = ticket(exchange);
        Message message = exchange.getMessage();
        message.setBody(message.getBody(CommandReply.class).toResult(ticket.getCommand(), ticket.getNonce()));
    }

    private static CommandTicket ticket(Exchange exchange) {
        return exchange.getVariable("ticket", CommandTicket.class);
    }

    /** Makes the bytes of the command to send, of the call in the variable {@code call}, {@code customCommand} and the body. */
    public void request(Exchange exchange) {
        TrainerCalls.Call call = exchange.getVariable("call", TrainerCalls.Call.class);
        Message message = exchange.getMessage();
        message.setBody(codec.encodeRequest(call.getCommand(), exchange.getVariable("customCommand"), call.getNonce(), message.getBody()));
    }
}
