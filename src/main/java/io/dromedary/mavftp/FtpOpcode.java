package io.dromedary.mavftp;

/** Operation codes of MAVLink FTP. */
public final class FtpOpcode {

    public static final int NONE = 0;
    public static final int TERMINATE_SESSION = 1;
    public static final int RESET_SESSIONS = 2;
    public static final int LIST_DIRECTORY = 3;
    public static final int OPEN_FILE_RO = 4;
    public static final int READ_FILE = 5;
    public static final int CREATE_FILE = 6;
    public static final int WRITE_FILE = 7;
    public static final int REMOVE_FILE = 8;
    public static final int CREATE_DIRECTORY = 9;
    public static final int REMOVE_DIRECTORY = 10;
    public static final int OPEN_FILE_WO = 11;
    public static final int TRUNCATE_FILE = 12;
    public static final int RENAME = 13;
    public static final int CALC_FILE_CRC32 = 14;
    public static final int BURST_READ_FILE = 15;
    public static final int LIST_DIRECTORY_WITH_TIME = 16;
    public static final int ACK = 128;
    public static final int NAK = 129;

    private static final String[] NAMES = {"None", "TerminateSession", "ResetSessions", "ListDirectory", "OpenFileRO", "ReadFile",
        "CreateFile", "WriteFile", "RemoveFile", "CreateDirectory", "RemoveDirectory", "OpenFileWO", "TruncateFile", "Rename",
        "CalcFileCRC32", "BurstReadFile", "ListDirectoryWithTime"};

    private FtpOpcode() {
    }

    /** The name the MAVLink guide gives an opcode. */
    public static String name(int opcode) {
        if (opcode == ACK) {
            return "Ack";
        }
        if (opcode == NAK) {
            return "Nak";
        }
        return opcode >= 0 && opcode < NAMES.length ? NAMES[opcode] : "opcode " + opcode;
    }
}
