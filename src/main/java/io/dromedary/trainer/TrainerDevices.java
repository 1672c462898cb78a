package io.dromedary.trainer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The devices that a management client looks after. The bean {@code trainerDevices}.
 *
 * <p>They are given as {@code name=host[:events port[:commands port]]}, comma separated; the ports are 5556 and 5557 when not given.
 */
public final class TrainerDevices {

    private static final int EVENTS_PORT = 5556;
    private static final int COMMANDS_PORT = 5557;

    private final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<String, String> namesByPeer = new ConcurrentHashMap<>();
    private Clock clock = Clock.systemUTC();

    private static final class Device {
        private final String host;
        private final int eventsPort;
        private final int commandsPort;
        private volatile Map<String, Object> heartbeat = Map.of();
        private volatile long heardAt;

        private Device(String host, int eventsPort, int commandsPort) {
            this.host = host;
            this.eventsPort = eventsPort;
            this.commandsPort = commandsPort;
        }
    }

    /** @throws IllegalArgumentException when the list cannot be read */
    public TrainerDevices(String list) {
        for (String entry : list.split(",")) {
            String[] parts = entry.trim().split("=", 2);
            String[] address = parts[parts.length - 1].split(":");
            if (parts.length != 2 || parts[0].isBlank() || address[0].isBlank() || address.length > 3) {
                throw new IllegalArgumentException("Not a device: '" + entry.trim() + "' (name=host:events port:commands port)");
            }
            devices.put(parts[0], new Device(address[0], port(address, 1, EVENTS_PORT), port(address, 2, COMMANDS_PORT)));
        }
    }

    private static int port(String[] address, int index, int otherwise) {
        if (address.length <= index) {
            return otherwise;
        }
        int port = address[index].matches("\\d{1,5}") ? Integer.parseInt(address[index]) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Not a device's port: '" + address[index] + "' (1 to 65535)");
        }
        return port;
    }

    public void setClock(Clock clock) {
        this.clock = clock;
    }

    public List<String> getNames() {
        return List.copyOf(devices.keySet());
    }

    /** Where all devices publish, comma separated. */
    public String getEventAddresses() {
        return devices.values().stream().map(device -> "tcp://" + device.host + ":" + device.eventsPort).collect(Collectors.joining(","));
    }

    /** @throws IllegalArgumentException for a device that is not known */
    public String commandAddress(String name) {
        Device device = devices.get(name);
        if (device == null) {
            throw new IllegalArgumentException("Unknown device '" + name + "': one of " + devices.keySet());
        }
        return "tcp://" + device.host + ":" + device.commandsPort;
    }

    /** The name of the device at the other end of a connection, or the address itself when it is none of ours. */
    public String nameOf(String peerAddress) {
        if (peerAddress == null) {
            return "unknown";
        }
        String known = namesByPeer.get(peerAddress);
        if (known != null) {
            return known;
        }
        for (Map.Entry<String, Device> entry : devices.entrySet()) {
            if (isAt(entry.getValue(), peerAddress)) {
                namesByPeer.put(peerAddress, entry.getKey());
                return entry.getKey();
            }
        }
        return peerAddress;
    }

    private static boolean isAt(Device device, String peerAddress) {
        try {
            for (InetAddress address : InetAddress.getAllByName(device.host)) {
                if (peerAddress.equals(address.getHostAddress() + ":" + device.eventsPort)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** A heartbeat came; one that is no object still shows that the device lives. */
    public void heard(String name, Object heartbeat) {
        Device device = devices.get(name);
        if (device != null) {
            Map<String, Object> members = new LinkedHashMap<>();
            if (heartbeat instanceof Map<?, ?> map) {
                map.forEach((key, value) -> members.put(String.valueOf(key), value));
            }
            device.heartbeat = members;
            device.heardAt = clock.millis();
        }
    }

    /** Names of the devices that have not been heard for so long. */
    public List<String> silent(Duration limit) {
        long since = clock.millis() - limit.toMillis();
        return devices.entrySet().stream().filter(entry -> entry.getValue().heardAt < since).map(Map.Entry::getKey).toList();
    }

    /** The last heartbeat of a device; empty before the first. */
    public Map<String, Object> lastHeartbeat(String name) {
        Device device = devices.get(name);
        return device == null ? Map.of() : device.heartbeat;
    }
}
