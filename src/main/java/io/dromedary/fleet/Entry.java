package io.dromedary.fleet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the ledger holds of one command.
 *
 * @param state  how far it is
 * @param owner  the process that brought it there
 * @param number which reply of that process it is, from 1; 0 before there is one
 * @param topic  where the reply goes; empty before there is one
 * @param reply  the reply as it goes out, or null
 */
record Entry(State state, String owner, long number, String topic, byte[] reply) {

    /** How far a command is. */
    enum State {
        /** Its owner runs it. */
        RUNNING('R'),
        /** Its reply is known, and on its way to the broker. */
        REPLYING('P'),
        /** It has had its outcome. */
        ANSWERED('A');

        private final char letter;

        State(char letter) {
            this.letter = letter;
        }
    }

    private static final byte LINE = '\n';
    private static final int HEAD_LINES = 3;

    static Entry running(String owner) {
        return new Entry(State.RUNNING, owner, 0, "", null);
    }

    static Entry replying(String owner, long number, String topic, byte[] reply) {
        return new Entry(State.REPLYING, owner, number, topic, reply);
    }

    static Entry answered(String owner) {
        return new Entry(State.ANSWERED, owner, 0, "", null);
    }

    /** The same, in the hands of another process. */
    Entry of(String newOwner, long newNumber) {
        return new Entry(state, newOwner, newNumber, topic, reply);
    }

    byte[] toBytes() {
        byte[] head = head();
        if (reply == null) {
            return head;
        }
        byte[] all = Arrays.copyOf(head, head.length + reply.length);
        System.arraycopy(reply, 0, all, head.length, reply.length);
        return all;
    }

    /** All but the reply itself; tells one reply from every other. */
    byte[] head() {
        return (mark(owner) + (state == State.REPLYING ? number + "\n" + topic + "\n" : "")).getBytes(StandardCharsets.UTF_8);
    }

    /** What the bytes of every entry of this owner in this state begin with. */
    private String mark(String by) {
        return state.letter + by + "\n";
    }

    /** What tells this state and owner from every other. */
    byte[] mark() {
        return mark(owner).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException if the bytes are no entry */
    static Entry parse(byte[] bytes) {
        int[] ends = new int[HEAD_LINES];
        int lines = 0;
        for (int i = 0; i < bytes.length && lines < HEAD_LINES; i++) {
            if (bytes[i] == LINE) {
                ends[lines++] = i;
            }
        }
        State state = lines == 0 ? null : Arrays.stream(State.values()).filter(one -> one.letter == bytes[0]).findFirst().orElse(null);
        if (state == null || state == State.REPLYING && lines < HEAD_LINES) {
            throw new IllegalArgumentException("not an entry of the ledger");
        }
        String owner = text(bytes, 1, ends[0]);
        if (state != State.REPLYING) {
            return new Entry(state, owner, 0, "", null);
        }
        long number = Long.parseLong(text(bytes, ends[0] + 1, ends[1]));
        return replying(owner, number, text(bytes, ends[1] + 1, ends[2]), Arrays.copyOfRange(bytes, ends[2] + 1, bytes.length));
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
