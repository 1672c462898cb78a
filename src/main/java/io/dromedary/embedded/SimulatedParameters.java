package io.dromedary.embedded;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.dromedary.mavlink.MavlinkMessage;
import io.dromedary.mavlink.ParameterEncoding;
import io.dromedary.mavlink.ParameterType;

/** The parameter protocol of the simulated vehicle, with PX4's habits. Runs on the radio's thread. */
final class SimulatedParameters {

    private static final String HASH = "_HASH_CHECK";
    private static final int NO_INDEX = 65535;
    /** PX4 sends 20 values in each cycle of its sender on a fast link. */
    private static final int PER_CYCLE = 20;
    private static final long CYCLE_MILLIS = 5;

    private final VehicleRadio radio;
    private final SimulatedVehicleSettings settings;
    private final ParameterTable table;
    private final VehicleJournal journal;
    private List<String> listing = List.of();
    private int listed;
    private boolean hashTold;

    SimulatedParameters(VehicleRadio radio, SimulatedVehicleSettings settings, VehicleJournal journal) {
        this.radio = radio;
        this.settings = settings;
        this.table = settings.parameters;
        this.journal = journal;
    }

    void reboot() {
        listing = List.of();
        hashTold = false;
    }

    void requested(MavlinkMessage message) {
        int index = (short) message.getInt("param_index");
        List<String> names = table.names();
        String name = index >= 0 ? index < names.size() ? names.get(index) : "" : message.getText("param_id");
        journal.read(name);
        if (settings.hash && name.equals(HASH)) {
            sendHash();
        } else if (table.find(name) != null) {
            send(name);
        }
    }

    void listRequested() {
        boolean running = !listing.isEmpty();
        listing = table.names();
        listed = 0;
        if (settings.hash && !hashTold) {
            hashTold = true;
            sendHash();
        }
        if (!running) {
            radio.processor().execute(this::listSome);
        }
    }

    private void listSome() {
        for (int n = 0; n < PER_CYCLE && listed < listing.size(); n++) {
            send(listing.get(listed++));
        }
        if (listed < listing.size()) {
            radio.processor().schedule(this::listSome, CYCLE_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            listing = List.of();
            hashTold = false;
        }
    }

    void set(MavlinkMessage message) {
        String name = message.getText("param_id");
        ParameterType type = ParameterType.ofCode(message.getInt("param_type"));
        int bits = (int) message.getBits("param_value");
        if (settings.hash && name.equals(HASH)) {
            if (bits == table.hash()) {
                listing = List.of();
                hashTold = false;
            }
            return;
        }
        journal.set(name);
        ParameterTable.Entry entry = table.find(name);
        if (entry == null) {
            return;
        }
        if (settings.encoding == ParameterEncoding.BYTEWISE && type != entry.type()) {
            text(6, "[pm] param types mismatch param: " + name);
            return;
        }
        // A vehicle that converts takes its own type, whatever the sender says.
        Number value = settings.encoding == ParameterEncoding.BYTEWISE
                ? settings.encoding.decode(entry.type(), bits) : converted(entry.type(), Float.intBitsToFloat(bits));
        table.put(name, entry.type(), value);
        send(name);
    }

    private static Number converted(ParameterType type, float value) {
        if (type.isInteger()) {
            return (int) value;
        }
        return value;
    }

    private void text(int severity, String text) {
        radio.send(radio.message("STATUSTEXT").set("severity", severity).set("text", text));
    }

    private void send(String name) {
        ParameterTable.Entry entry = table.find(name);
        radio.send(radio.message("PARAM_VALUE").set("param_id", name).set("param_type", entry.type().code())
                .setBits("param_value", settings.encoding.encode(entry.type(), entry.value()) & 0xFFFFFFFFL)
                .set("param_count", table.names().size()).set("param_index", table.index(name)));
    }

    private void sendHash() {
        radio.send(radio.message("PARAM_VALUE").set("param_id", HASH).set("param_type", ParameterType.UINT32.code())
                .setBits("param_value", table.hash() & 0xFFFFFFFFL).set("param_count", table.names().size()).set("param_index", NO_INDEX));
    }
}
