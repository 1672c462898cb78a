package io.dromedary.oci;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts that are asked without a web proxy, comma-separated as in {@code NO_PROXY}: {@code *} for all; an address or {@code address/bits};
 * {@code example.org} for that domain and those below it, {@code .example.org} or {@code *.example.org} for those below it only. An
 * address or domain may have a port, and then holds for that alone. {@code localhost} and loopback addresses always are among them.
 * Names are not looked up: an address in the list does not match a name that has it.
 */
final class DirectHosts {

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern PORT = Pattern.compile("(?<host>[^:]*|\\[[^\\]]*\\]):(?<port>\\d*)");
    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final List<Entry> entries = new ArrayList<>();

    /** Where a request goes to; the address is null for a name. */
    private record Target(String host, InetAddress address, int port) {
    }

    /** One entry of the list. */
    private interface Entry {
        boolean matches(Target target);
    }

    /** @param list may be null; entries that make no sense match nothing */
    DirectHosts(String list) {
        for (String text : list == null ? new String[0] : list.split(",")) {
            String entry = text.trim().toLowerCase(Locale.ROOT);
            if (!entry.isEmpty()) {
                entries.add(entry(entry));
            }
        }
    }

    /** Whether the address is to be asked without a proxy. */
    boolean contain(URI uri) {
        String host = unbracketed(uri.getHost()).toLowerCase(Locale.ROOT);
        InetAddress address = address(host);
        if (host.equals("localhost") || address != null && address.isLoopbackAddress()) {
            return true;
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        Target target = new Target(host, address, port);
        return entries.stream().anyMatch(entry -> entry.matches(target));
    }

    private static Entry entry(String text) {
        if (text.equals("*")) {
            return target -> true;
        }
        int slash = text.indexOf('/');
        InetAddress network = slash < 0 ? null : address(text.substring(0, slash));
        if (network != null && text.substring(slash + 1).matches("\\d{1,3}")) {
            int bits = Integer.parseInt(text.substring(slash + 1));
            return target -> target.address() != null && within(network.getAddress(), bits, target.address().getAddress());
        }
        Matcher withPort = PORT.matcher(text);
        String host = unbracketed(withPort.matches() ? withPort.group("host") : text);
        String port = withPort.matches() ? withPort.group("port") : "";
        InetAddress address = address(host);
        Entry anyPort = address != null ? target -> address.equals(target.address()) : domain(host);
        return port.isEmpty() ? anyPort : target -> port.equals(String.valueOf(target.port())) && anyPort.matches(target);
    }

    private static Entry domain(String text) {
        String domain = text.startsWith("*.") ? text.substring(1) : text;
        if (domain.isEmpty()) {
            return target -> false;
        }
        if (domain.startsWith(".")) {
            return target -> target.address() == null && target.host().endsWith(domain);
        }
        return target -> target.address() == null && (target.host().equals(domain) || target.host().endsWith("." + domain));
    }

    private static boolean within(byte[] network, int bits, byte[] address) {
        if (network.length != address.length || bits > network.length * Byte.SIZE) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((network[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** An address that is written as such; null for a name, which is never looked up. */
    private static InetAddress address(String host) {
        if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
            return null;
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The way the platform writes an IPv6 address in an URI taken off. */
    static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
