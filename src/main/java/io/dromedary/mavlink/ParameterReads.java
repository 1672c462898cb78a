package io.dromedary.mavlink;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads parameters by name. */
final class ParameterReads extends ParameterWindow {

    private final ParameterWire wire;
    private final Map<String, Item> items = new HashMap<>();
    final Map<String, ParameterValue> values = new LinkedHashMap<>();
    final Map<String, String> failures = new LinkedHashMap<>();
    private int total;

    ParameterReads(ParameterWire wire, ParameterOptions options, Collection<String> names) {
        super(wire.link(), wire.vehicle(), options);
        this.wire = wire;
        for (String name : names) {
            ParameterSpec.requireName(name);
            if (items.putIfAbsent(name, new Item(name, -1)) == null) {
                add(items.get(name));
            }
        }
        total = items.size();
    }

    @Override
    MavlinkMessage request(Item item) {
        return wire.read(item.name, -1);
    }

    @Override
    void received(MavlinkMessage message, long now) {
        if (message.id() == ParameterWire.PARAM_VALUE) {
            Item item = items.get(message.getText("param_id"));
            if (item != null && !item.over) {
                values.put(item.name, wire.value(message));
                done(item, now);
                options.progress().at(values.size(), total);
            }
        } else if (message.id() == ParameterWire.PARAM_ERROR) {
            Item item = items.get(message.getText("param_id"));
            if (item != null) {
                giveUp(item, ParameterWire.reason(message));
            }
        }
    }

    @Override
    void failed(Item item, String reason) {
        failures.put(item.name, reason);
    }

    Collection<String> names() {
        return items.keySet();
    }
}
