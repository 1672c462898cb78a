package io.dromedary.vantiq;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns the {@code targetServer} of a configuration into the address of the WebSocket.
 *
 * <p>The rules are those of the Python connector SDK 1.2.8, which splits the text like Python's {@code urllib.parse}; they were
 * measured, odd cases included. {@link #check} adds what the SDK lacks: an address that can never work is refused.
 */
final class VantiqUrl {

    private static final String DEFAULT_PATH = "/api/v1/wsock/websocket";
    private static final Pattern FULL_PATH = Pattern.compile(".*/api/v[0-9]+/wsock/websocket");
    /** Only these schemes have {@code ;parameters} in urllib's eyes; of {@code ws} they stay part of the path. */
    private static final Set<String> WITH_PARAMETERS =
            Set.of("", "ftp", "hdl", "prospero", "http", "imap", "https", "shttp", "rtsp", "rtspu", "sip", "sips", "mms", "sftp", "tel");
    /** The schemes after which urllib writes {@code //} although the host is empty. */
    private static final Set<String> WITH_HOST = Set.of("ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https",
            "shttp", "snews", "prospero", "rtsp", "rtspu", "rsync", "svn", "svn+ssh", "sftp", "nfs", "git", "git+ssh", "ws", "wss");

    private final String scheme;
    private final String host;
    private final String path;
    private final String parameters;
    private final String query;
    private final String fragment;

    private VantiqUrl(String text) {
        String rest = text.substring(firstVisible(text)).replaceAll("[\t\r\n]", "");
        int colon = schemeEnd(rest);
        scheme = colon > 0 ? rest.substring(0, colon).toLowerCase(Locale.ROOT) : "";
        rest = colon > 0 ? rest.substring(colon + 1) : rest;
        if (rest.startsWith("//")) {
            int end = firstOf(rest, "/?#", 2);
            host = rest.substring(2, end);
            rest = rest.substring(end);
        } else {
            host = "";
        }
        int hash = rest.indexOf('#');
        fragment = hash < 0 ? "" : rest.substring(hash + 1);
        rest = hash < 0 ? rest : rest.substring(0, hash);
        int question = rest.indexOf('?');
        query = question < 0 ? "" : rest.substring(question + 1);
        rest = question < 0 ? rest : rest.substring(0, question);
        int semicolon = WITH_PARAMETERS.contains(scheme) ? rest.indexOf(';', Math.max(0, rest.lastIndexOf('/'))) : -1;
        parameters = semicolon < 0 ? "" : rest.substring(semicolon + 1);
        path = semicolon < 0 ? rest : rest.substring(0, semicolon);
    }

    /** The WebSocket address the SDK would use, usable or not. */
    static String of(String targetServer) {
        return new VantiqUrl(targetServer).webSocketAddress();
    }

    /**
     * The WebSocket address, checked.
     *
     * @param targetServer the configured text
     * @param origin       where the text was found, for the message
     * @throws VantiqConfigException when no connection to it is possible; the message does not repeat user names or passwords
     */
    static URI check(String targetServer, String origin) {
        VantiqUrl parts = new VantiqUrl(targetServer);
        if (!parts.scheme.startsWith("http") && !parts.scheme.equals("ws") && !parts.scheme.equals("wss")) {
            throw new VantiqConfigException(origin + " needs one of the schemes https, http, wss and ws, as in https://dev.vantiq.com");
        }
        try {
            URI address = new URI(parts.webSocketAddress());
            if (address.getHost() == null) {
                throw new VantiqConfigException(origin + " names no host");
            }
            return address;
        } catch (URISyntaxException e) {
            throw new VantiqConfigException(origin + " is not an address: " + e.getReason());
        }
    }

    private String webSocketAddress() {
        String newScheme = scheme.startsWith("https") ? "wss" : scheme.startsWith("http") ? "ws" : scheme;
        StringBuilder url = new StringBuilder(newScheme);
        if (!newScheme.isEmpty()) {
            url.append(':');
        }
        if (!host.isEmpty() || WITH_HOST.contains(newScheme)) {
            url.append("//").append(host);
        }
        url.append(FULL_PATH.matcher(path).matches() ? path : DEFAULT_PATH);
        append(url, ';', parameters);
        append(url, '?', query);
        append(url, '#', fragment);
        return url.toString();
    }

    private static void append(StringBuilder url, char mark, String part) {
        if (!part.isEmpty()) {
            url.append(mark).append(part);
        }
    }

    private static int firstVisible(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) <= ' ') {
            i++;
        }
        return i;
    }

    private static int schemeEnd(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || !isLetter(text.charAt(0))) {
            return -1;
        }
        for (int i = 1; i < colon; i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && "+-.".indexOf(c) < 0) {
                return -1;
            }
        }
        return colon;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static int firstOf(String text, String marks, int from) {
        for (int i = from; i < text.length(); i++) {
            if (marks.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return text.length();
    }
}
