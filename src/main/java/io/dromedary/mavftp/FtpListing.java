package io.dromedary.mavftp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lists one directory. A page holds as many entries as fit, so where the next one starts is known only when the answer is there; to not
 * wait a round trip per page, pages are asked ahead at guessed indices. Overlaps are thrown away and holes are asked again, so a wrong
 * guess costs a packet and never an entry. Just above 250 lines: asking ahead and probing for times share the pages in flight.
 */
final class FtpListing {

    private static final int FIRST_PAGES_AHEAD = 4;
    private static final int MOST_PAGES_AHEAD = 10;
    private static final int PROBES = 4;
    /** More than any vehicle's card holds: a server that never ends must not fill the memory. */
    private static final int MOST_ENTRIES = 200_000;

    private static final class Page {
        final int opcode;
        final long index;
        final FtpPayload request;
        final long firstSent;
        long sent;
        int sends;

        Page(int opcode, long index, FtpPayload request, long now) {
            this.opcode = opcode;
            this.index = index;
            this.request = request;
            this.firstSent = now;
        }
    }

    private final FtpCaller caller;
    private final FtpControl control;
    private final String directory;
    private final byte[] path;
    private final Map<Integer, Page> asked = new HashMap<>();
    private final TreeMap<Long, FtpEntry> entries = new TreeMap<>();
    private final RangeSet known = new RangeSet();
    private int opcode;
    private boolean probing;
    private long end = Long.MAX_VALUE;
    private long records;
    private int pages;
    /** Grows with each page that was answered at once; halved when a vehicle with a short queue drops requests. */
    private int pagesAhead = FIRST_PAGES_AHEAD;
    private FtpException refusal;
    private long lastProgress;

    FtpListing(FtpCaller caller, FtpControl control, String directory) {
        this.caller = caller;
        this.control = control;
        this.directory = directory;
        this.path = FtpNames.requirePath(directory.isEmpty() ? "/" : directory);
        this.probing = caller.listsTimes == null;
        this.opcode = Boolean.TRUE.equals(caller.listsTimes) ? FtpOpcode.LIST_DIRECTORY_WITH_TIME : FtpOpcode.LIST_DIRECTORY;
    }

    /** @return all entries, each name once, in the vehicle's order; never a part of them */
    List<FtpEntry> run() throws IOException, InterruptedException {
        lastProgress = caller.channel.nanoTime();
        if (probing) {
            ask(FtpOpcode.LIST_DIRECTORY_WITH_TIME, 0);
        }
        while (!done()) {
            control.yield();
            askAhead();
            long now = caller.channel.nanoTime();
            if (now - lastProgress >= caller.options.requestTimeout().toNanos()) {
                throw new FtpException(FtpError.REMOTE_REPLY_TIMEOUT, "list " + directory + ": the vehicle did not answer for "
                        + caller.options.requestTimeout().toMillis() + " ms");
            }
            FtpChannel.Reply reply = caller.poll(repeatLate(now));
            if (reply != null) {
                answered(reply);
            }
        }
        Map<String, FtpEntry> byName = new LinkedHashMap<>();
        entries.values().forEach(e -> byName.putIfAbsent(e.name(), e));
        return new ArrayList<>(byName.values());
    }

    private boolean done() throws FtpException {
        if (refusal != null && !probing) {
            throw refusal;
        }
        return known.endAt(0) >= end && !probing;
    }

    private void askAhead() throws IOException {
        if (pages == 0) {
            if (!heard() && asked.values().stream().noneMatch(p -> p.opcode == opcode)) {
                ask(opcode, 0);
            }
            return;
        }
        long step = Math.max(1, records * 9 / (pages * 10L));
        long ahead = asked.values().stream().filter(p -> p.opcode == opcode).count();
        for (; ahead < pagesAhead; ahead++) {
            long index = firstUnasked(step);
            if (index >= end) {
                return;
            }
            ask(opcode, index);
        }
    }

    /** Whether the vehicle answered a list of the kind in use. */
    private boolean heard() {
        return pages > 0 || end < Long.MAX_VALUE || refusal != null;
    }

    /** The first index that is neither known nor likely to come with a page already asked for. */
    private long firstUnasked(long step) {
        long index = 0;
        boolean moved = true;
        while (moved) {
            long before = index;
            index = known.endAt(index);
            for (Page page : asked.values()) {
                if (page.opcode == opcode && page.index <= index && index < page.index + step) {
                    index = page.index + step;
                }
            }
            moved = index != before;
        }
        return index;
    }

    private void ask(int op, long index) throws IOException {
        FtpPayload request = FtpPayload.request(caller.newSeq(), 0, op, index, path);
        Page page = new Page(op, index, request, caller.channel.nanoTime());
        asked.put(request.seq(), page);
        send(page);
    }

    private void send(Page page) throws IOException {
        page.sent = caller.channel.nanoTime();
        page.sends++;
        caller.counters.retries += page.sends > 1 ? 1 : 0;
        caller.send(page.request);
    }

    /** Repeats what stayed unanswered. @return when to look again */
    private long repeatLate(long now) throws IOException {
        long next = lastProgress + caller.options.requestTimeout().toNanos();
        boolean expired = false;
        for (Iterator<Page> i = asked.values().iterator(); i.hasNext();) {
            Page page = i.next();
            boolean probe = probing && page.opcode == FtpOpcode.LIST_DIRECTORY_WITH_TIME;
            if (now - page.sent >= caller.rtt.rto()) {
                if (probe && page.sends >= PROBES && heard()) {
                    // the vehicle answers lists, but not this kind
                    i.remove();
                    settle(false);
                    next = now;
                    continue;
                }
                expired |= !probe;
                send(page);
            }
            next = Math.min(next, page.sent + caller.rtt.rto());
        }
        if (expired) {
            pagesAhead = Math.max(2, pagesAhead / 2);
            caller.rtt.expired();
        }
        return next;
    }

    private void answered(FtpChannel.Reply reply) {
        FtpPayload payload = reply.payload();
        Page page = asked.get(payload.seq() - 1 & 0xFFFF);
        if (page == null || payload.requestOpcode() != page.opcode) {
            caller.strayReply(reply);
            return;
        }
        asked.remove(page.request.seq());
        caller.counters.answers++;
        if (page.sends == 1) {
            pagesAhead = Math.min(MOST_PAGES_AHEAD, pagesAhead + 1);
            caller.rtt.sample(reply.arrival(), Math.max(1, reply.arrival() - page.sent));
        } else {
            caller.rtt.answered();
        }
        lastProgress = caller.channel.nanoTime();
        boolean ack = payload.opcode() == FtpOpcode.ACK;
        if (probing && page.opcode == FtpOpcode.LIST_DIRECTORY_WITH_TIME) {
            settle(ack || payload.error() == FtpError.EOF);
        }
        if (page.opcode == opcode) {
            if (ack && payload.data().length > 0) {
                store(page.index, payload.data());
            } else if (ack || payload.error() == FtpError.EOF) {
                end = Math.min(end, page.index);
            } else {
                refusal = FtpCaller.refusal(payload, "list " + directory, page.sends > 1);
            }
        }
    }

    /** Learns whether the vehicle lists times; if so, starts over with that kind. */
    private void settle(boolean times) {
        probing = false;
        if (times) {
            caller.listsTimes = true;
            opcode = FtpOpcode.LIST_DIRECTORY_WITH_TIME;
            asked.values().removeIf(p -> p.opcode != opcode);
            entries.clear();
            known.clear();
            end = Long.MAX_VALUE;
            records = 0;
            pages = 0;
            refusal = null;
        } else if (refusal == null && pages > 0) {
            caller.listsTimes = false;
        }
    }

    private void store(long first, byte[] data) {
        long index = first;
        for (int from = 0; from < data.length;) {
            int to = from;
            while (to < data.length && data[to] != 0) {
                to++;
            }
            // every record counts for the next index, also skipped and unreadable ones
            if (to > from) {
                FtpEntry entry = FtpEntry.parse(data, from, to, opcode == FtpOpcode.LIST_DIRECTORY_WITH_TIME);
                if (entry != null) {
                    entries.put(index, entry);
                }
                index++;
            }
            from = to + 1;
        }
        if (index == first) {
            end = Math.min(end, first);
            return;
        }
        known.add(first, index);
        records += index - first;
        pages++;
        if (entries.size() > MOST_ENTRIES) {
            refusal = new FtpException(FtpError.FAIL, "list " + directory + ": more than " + MOST_ENTRIES + " entries");
        }
    }
}
