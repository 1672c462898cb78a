package io.dromedary.mavftp;

import org.apache.camel.spi.Metadata;

/** Headers of the {@code mavftp} component; a received or downloaded file also has those of Camel's file components. */
public final class MavftpConstants {

    @Metadata(label = "producer", description = "The path on the vehicle, instead of the option path.", javaType = "String")
    public static final String PATH = "CamelMavftpPath";
    @Metadata(label = "producer", description = "The local file of a get or the new path of a rename, instead of the option target.",
            javaType = "String")
    public static final String TARGET = "CamelMavftpTarget";
    @Metadata(label = "producer", description = "The new length of a truncate, instead of the option length.", javaType = "Long")
    public static final String LENGTH = "CamelMavftpLength";
    @Metadata(description = "Length of the transferred file in bytes.", javaType = "Long")
    public static final String SIZE = "CamelMavftpSize";
    @Metadata(description = "How the content was checked: VERIFIED (checksum of the vehicle), UNSUPPORTED, UNANSWERED (the vehicle "
            + "was lost before it told its checksum), GREW (the file became longer meanwhile), OFF.", javaType = "String")
    public static final String VERIFICATION = "CamelMavftpVerification";
    @Metadata(description = "Bytes transferred now, without what an earlier attempt had left.", javaType = "Long")
    public static final String BYTES = "CamelMavftpBytes";
    @Metadata(description = "Duration of the operation in seconds.", javaType = "Double")
    public static final String SECONDS = "CamelMavftpSeconds";
    @Metadata(description = "Bytes of content per second.", javaType = "Double")
    public static final String GOODPUT = "CamelMavftpGoodput";
    @Metadata(description = "Share of requests that got no answer, 0 to 1.", javaType = "Double")
    public static final String LOSS = "CamelMavftpLoss";
    @Metadata(description = "Smoothed round trip time in seconds.", javaType = "Double")
    public static final String RTT = "CamelMavftpRtt";
    @Metadata(description = "Requests that were repeated.", javaType = "Long")
    public static final String RETRIES = "CamelMavftpRetries";
    @Metadata(description = "Answers that came twice or for bytes that were there already.", javaType = "Long")
    public static final String DUPLICATES = "CamelMavftpDuplicates";
    @Metadata(description = "How often the file had to be opened again, after a reboot for instance.", javaType = "Integer")
    public static final String REOPENS = "CamelMavftpReopens";

    private MavftpConstants() {
    }
}
