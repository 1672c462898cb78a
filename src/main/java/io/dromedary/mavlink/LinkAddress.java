package io.dromedary.mavlink;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a link goes. Both spellings in use are read: that of pymavlink ({@code udpin:0.0.0.0:14550}, {@code /dev/ttyACM0}) and that
 * of MAVSDK ({@code udpin://0.0.0.0:14550}, {@code serial:///dev/ttyACM0:57600}).
 *
 * @param kind        how to talk
 * @param host        host name or address; the device for serial lines
 * @param port        UDP or TCP port, 0 for any free one when listening; baud rate for serial lines
 * @param flowControl whether a serial line uses RTS/CTS
 */
public record LinkAddress(Kind kind, String host, int port, boolean flowControl) {

    /** How a link talks. */
    public enum Kind {
        /** Bind a UDP port and answer to whoever sends a valid frame. */
        UDP_IN("udpin"),
        /** Send to a known UDP listener; we speak first. */
        UDP_OUT("udpout"),
        /** Send to a UDP broadcast address until somebody answers. */
        UDP_BROADCAST("udpbcast"),
        /** Connect to a TCP listener, again and again when it is away. */
        TCP_CLIENT("tcp"),
        /** Accept TCP connections. */
        TCP_SERVER("tcpin"),
        /** A serial line, 8N1. */
        SERIAL("serial");

        private final String scheme;

        Kind(String scheme) {
            this.scheme = scheme;
        }
    }

    /** The usual rate of telemetry radios. */
    public static final int DEFAULT_BAUD = 57600;

    private static final Pattern NETWORK = Pattern.compile("([a-z]+):(?://)?(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]/]*):([0-9]{1,5})/?");
    private static final Pattern SERIAL = Pattern.compile("(?:(serial|serial_flowcontrol):(?://)?)?(/dev/[^:,]+|[A-Za-z]+[0-9]+)(?:[:,]([0-9]{1,8}))?");

    /**
     * Reads one address.
     *
     * @throws IllegalArgumentException with a text that lists the forms
     */
    public static LinkAddress parse(String text) {
        return parse(text, DEFAULT_BAUD);
    }

    private static LinkAddress parse(String text, int defaultBaud) {
        String address = text.trim();
        Matcher serial = SERIAL.matcher(address);
        if (serial.matches()) {
            int baud = serial.group(3) == null ? defaultBaud : Integer.parseInt(serial.group(3));
            return new LinkAddress(Kind.SERIAL, serial.group(2), baud, "serial_flowcontrol".equals(serial.group(1)));
        }
        Matcher network = NETWORK.matcher(address);
        Kind kind = network.matches() ? kind(network.group(1)) : null;
        if (kind == null || Integer.parseInt(network.group(3)) > 65535) {
            throw new IllegalArgumentException("'" + text + "' is no MAVLink address: udpin:host:port, udpout:host:port, udpbcast:host:port, "
                    + "tcp:host:port, tcpin:host:port, serial:/dev/name:baud, or the same with ://");
        }
        String host = network.group(2).replace("[", "").replace("]", "");
        boolean listens = kind == Kind.UDP_IN || kind == Kind.TCP_SERVER;
        int port = Integer.parseInt(network.group(3));
        if (!listens && (host.isEmpty() || port == 0)) {
            throw new IllegalArgumentException("'" + text + "' needs a host and a port to send to");
        }
        return new LinkAddress(kind, host.isEmpty() ? "0.0.0.0" : host, port, false);
    }

    /** Reads a list of addresses divided by commas; a baud rate behind a device is divided by a colon there. */
    public static List<LinkAddress> parseAll(String text) {
        return parseAll(text, DEFAULT_BAUD);
    }

    /** As {@link #parseAll(String)} with the baud rate of serial lines that name none. */
    public static List<LinkAddress> parseAll(String text, int defaultBaud) {
        List<LinkAddress> all = new ArrayList<>();
        for (String part : text.split(",")) {
            all.add(parse(part, defaultBaud));
        }
        return List.copyOf(all);
    }

    private static Kind kind(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "udp", "udpin" -> Kind.UDP_IN;
            case "udpout" -> Kind.UDP_OUT;
            case "udpbcast" -> Kind.UDP_BROADCAST;
            case "tcp", "tcpout" -> Kind.TCP_CLIENT;
            case "tcpin" -> Kind.TCP_SERVER;
            default -> null;
        };
    }

    /** In the spelling of pymavlink; {@link #parse} reads it back. */
    @Override
    public String toString() {
        String scheme = flowControl ? "serial_flowcontrol" : kind.scheme;
        return scheme + ":" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
