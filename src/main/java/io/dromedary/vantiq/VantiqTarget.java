package io.dromedary.vantiq;

import java.net.URI;

/**
 * Where to connect and with which token. Asked for before every attempt, so that a changed token counts without a restart.
 *
 * @param address the WebSocket address
 * @param token   the access token, or null to send a JSON null as the SDK does
 */
record VantiqTarget(URI address, String token) {

    /** Host and path only: neither the token nor the user information of the address. */
    @Override
    public String toString() {
        return address.getScheme() + "://" + address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort()) + address.getPath();
    }
}
