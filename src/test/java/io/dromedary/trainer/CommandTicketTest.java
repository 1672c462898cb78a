package io.dromedary.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandTicketTest {

    private final CommandTicket ticket = new CommandTicket(CommandRequest.UNREADABLE);

    @Test
    void repliesWithTheResultThatCameInTime() {
        assertThat(ticket.begin()).isTrue();
        assertThat(ticket.finish(CommandReply.success(1))).isFalse();
        assertThat(ticket.giveUp()).isEqualTo(CommandReply.success(1));
    }

    @Test
    void publishesTheResultThatCameLate() {
        assertThat(ticket.begin()).isTrue();
        assertThat(ticket.giveUp().result()).isEqualTo(TrainerCommand.RESULT_PENDING_WITH_NOTIFICATION);
        assertThat(ticket.finish(CommandReply.success(1))).isTrue();
    }

    /** A command that is dropped from the queue must not be announced as pending: its result would never come. */
    @Test
    void neverPromisesTheResultOfACommandThatDidNotBegin() {
        assertThat(ticket.giveUp().result()).isEqualTo(TrainerCommand.RESULT_UNAVAILABLE);
        assertThat(ticket.begin()).isFalse();
    }
}
