package io.dromedary.zeromq;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads lists of ZeroMQ addresses. */
public final class Addresses {

    private static final String TCP = "tcp://";
    private static final String PRIMARY = TCP + "primary:";
    private static final List<String> TRANSPORTS = List.of(TCP, "ipc://", "inproc://");

    private Addresses() {
    }

    /**
     * Splits a comma separated list and resolves the host name {@code primary}, which stands for the address this machine uses
     * towards the internet: with no route there is none and the entry falls away; an address met twice is kept once.
     *
     * @throws IllegalArgumentException when an entry names no known transport or nothing is left
     */
    public static List<String> parse(String list) {
        Set<String> addresses = new LinkedHashSet<>();
        for (String entry : list.split(",")) {
            String address = entry.trim();
            if (TRANSPORTS.stream().noneMatch(address::startsWith)) {
                throw new IllegalArgumentException("Not a ZeroMQ address: '" + address + "' (tcp://host:port, ipc://name or inproc://name)");
            }
            if (address.startsWith(PRIMARY)) {
                primaryHost().ifPresent(host -> addresses.add("tcp://" + host + ":" + address.substring(PRIMARY.length())));
            } else {
                addresses.add(address);
            }
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("No address left of '" + list + "': this machine has no route to the internet");
        }
        return new ArrayList<>(addresses);
    }

    /**
     * Whether an address as it was given is the one that ZeroMQ names, which has the host's number for its name.
     *
     * @param given {@code tcp://host:port}, {@code ipc://name} or {@code inproc://name}
     * @param named the same with a resolved host
     */
    static boolean same(String given, String named) {
        if (given.equals(named)) {
            return true;
        }
        int givenPort = given.lastIndexOf(':');
        int namedPort = named.lastIndexOf(':');
        if (!given.startsWith(TCP) || !named.startsWith(TCP) || !given.substring(givenPort).equals(named.substring(namedPort))) {
            return false;
        }
        try {
            InetAddress host = InetAddress.getByName(named.substring(TCP.length(), namedPort));
            return List.of(InetAddress.getAllByName(given.substring(TCP.length(), givenPort))).contains(host);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The source address the operating system would use towards a public one; connecting a UDP socket sends nothing. */
    private static Optional<String> primaryHost() {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {8, 8, 8, 8}), 80));
            InetAddress local = probe.getLocalAddress();
            return local == null || local.isAnyLocalAddress() ? Optional.empty() : Optional.of(local.getHostAddress());
        } catch (IOException | java.io.UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
