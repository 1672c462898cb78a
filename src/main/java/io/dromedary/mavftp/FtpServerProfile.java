package io.dromedary.mavftp;

/**
 * The behaviour in which the FTP servers of vehicles differ. Each constant copies one of them, as measured or read in its public source.
 *
 * @param sessions files that may be open at once; an open beyond that is refused with NoSessionsAvailable
 * @param openReplaces whether an open closes the file that is already open instead of being refused
 * @param idleSeconds a session without requests for this long is closed; bursts do not count as requests
 * @param burstPackets packets after which a burst pauses with burst_complete; 0 = never before the end of the file
 * @param burstIntervalMicros time between two packets of a burst; 0 = unpaced
 * @param flagOnLastBurstPacket whether the last data packet carries burst_complete; otherwise a Nak EOF follows it
 * @param burstSizeHonoured whether a burst uses the size the client asks for; otherwise always 239
 * @param crossEndRead answer to a ReadFile that crosses the end of the file
 * @param listWithTime support of ListDirectoryWithTime
 * @param unknownAnswered whether unknown opcodes get a Nak; otherwise silence
 * @param truncate whether TruncateFile is known
 * @param writeCountReturned whether the Ack of a write carries the count as u32
 * @param requestQueue requests served per turn of the server; what arrives beyond it is dropped; 0 = no limit
 * @param emptyPageAcked whether the first page of an empty directory is an empty Ack (PX4) instead of a Nak EOF
 */
public record FtpServerProfile(int sessions, boolean openReplaces, double idleSeconds, int burstPackets, int burstIntervalMicros,
        boolean flagOnLastBurstPacket, boolean burstSizeHonoured, CrossEndRead crossEndRead, ListWithTime listWithTime,
        boolean unknownAnswered, boolean truncate, boolean writeCountReturned, int requestQueue, boolean emptyPageAcked) {

    /** What a read does that asks for bytes on both sides of the end of the file. */
    public enum CrossEndRead {
        /** Answers with the bytes there are. */
        SHORT,
        /** Nak Fail. */
        FAIL,
        /** Nak Fail, and so does every later read until the file is opened again (MAVSDK 3). */
        FAIL_FROM_NOW_ON
    }

    /** Support of ListDirectoryWithTime. */
    public enum ListWithTime {
        /** Answered with entries and times. */
        SUPPORTED,
        /** Nak UnknownCommand. */
        REFUSED,
        /** No answer at all. */
        SILENT
    }

    /** PX4: one session, bursts of about 35 KB as fast as the link takes them, Nak EOF at the end. */
    public static final FtpServerProfile PX4 = new FtpServerProfile(1, false, 10, 150, 100, false, false,
            CrossEndRead.SHORT, ListWithTime.REFUSED, true, true, true, 0, true);
    /** ArduPilot: five sessions, long bursts, a request queue of five. */
    public static final FtpServerProfile ARDUPILOT = new FtpServerProfile(5, false, 20, 2000, 500, false, true,
            CrossEndRead.SHORT, ListWithTime.SUPPORTED, true, false, false, 5, false);
    /** The server plugin of MAVSDK 4.1: bursts slowed to one packet per 2 ms. */
    public static final FtpServerProfile MAVSDK4 = new FtpServerProfile(1, true, 3600, 150, 2000, true, true,
            CrossEndRead.FAIL, ListWithTime.SUPPORTED, false, false, false, 0, false);
    /** The server plugin of MAVSDK 3: the whole file in one unpaced burst, a read across the end kills the session. */
    public static final FtpServerProfile MAVSDK3 = new FtpServerProfile(1, true, 3600, 0, 0, false, true,
            CrossEndRead.FAIL_FROM_NOW_ON, ListWithTime.SILENT, false, false, false, 0, false);

    /** The same with another pace of bursts. */
    public FtpServerProfile withBurst(int packets, int intervalMicros) {
        return new FtpServerProfile(sessions, openReplaces, idleSeconds, packets, intervalMicros, flagOnLastBurstPacket, burstSizeHonoured,
                crossEndRead, listWithTime, unknownAnswered, truncate, writeCountReturned, requestQueue, emptyPageAcked);
    }
}
