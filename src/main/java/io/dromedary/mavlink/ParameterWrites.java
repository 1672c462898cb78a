package io.dromedary.mavlink;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sets parameters and takes the vehicle's PARAM_VALUE for the confirmation. A vehicle that has a parameter of another type than the
 * one sent says nothing, or complains in a text; it is read then, to learn the type, and set again in that.
 */
final class ParameterWrites extends ParameterWindow {

    /** Other values than the one wanted until it is taken for the vehicle's will, and not for an old answer. */
    private static final int REFUSALS = 3;
    /** Silent attempts of a type nobody is sure of until the parameter is read instead. */
    private static final int SILENCE_BEFORE_READ = 3;
    private static final String MISMATCH = "types mismatch param: ";

    private final ParameterWire wire;
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, Wanted> wanted = new HashMap<>();
    final Map<String, ParameterValue> values = new LinkedHashMap<>();
    final Map<String, String> failures = new LinkedHashMap<>();

    private static final class Wanted {

        private final ParameterSpec spec;
        private ParameterType type;
        private boolean sureOfType;

        Wanted(ParameterSpec spec, ParameterType known) {
            this.spec = spec;
            this.type = spec.type();
            if (known != null) {
                learn(known);
            }
        }

        /** Whether the value fits the type that the vehicle has. */
        boolean learn(ParameterType vehicles) {
            sureOfType = true;
            if (vehicles != type) {
                try {
                    vehicles.require(spec.value());
                } catch (IllegalArgumentException e) {
                    return false;
                }
                type = vehicles;
            }
            return true;
        }
    }

    ParameterWrites(ParameterWire wire, ParameterOptions options, Map<String, ParameterSpec> specs) {
        super(wire.link(), wire.vehicle(), options);
        this.wire = wire;
        specs.forEach((name, spec) -> {
            wanted.put(name, new Wanted(spec, wire.types().get(name)));
            items.put(name, new Item(name, -1));
            add(items.get(name));
        });
    }

    @Override
    MavlinkMessage request(Item item) {
        Wanted w = wanted.get(item.name);
        boolean silent = !w.sureOfType && item.unanswered >= SILENCE_BEFORE_READ && item.unanswered % 2 == SILENCE_BEFORE_READ % 2;
        if (item.read || silent) {
            return wire.read(item.name, -1);
        }
        return wire.set(item.name, w.type, wire.encoding().encode(w.type, w.spec.value()));
    }

    @Override
    void received(MavlinkMessage message, long now) {
        switch (message.id()) {
            case ParameterWire.PARAM_VALUE -> {
                Item item = items.get(message.getText("param_id"));
                if (item != null && !item.over) {
                    reported(item, wire.value(message), now);
                }
            }
            case ParameterWire.PARAM_ERROR -> {
                Item item = items.get(message.getText("param_id"));
                if (item != null) {
                    giveUp(item, ParameterWire.reason(message));
                }
            }
            case ParameterWire.STATUSTEXT -> complained(message.getText("text"), now);
            default -> { }
        }
    }

    private void reported(Item item, ParameterValue value, long now) {
        Wanted w = wanted.get(item.name);
        boolean wasRead = item.read;
        item.read = false;
        boolean newType = value.type() != w.type.code();
        ParameterType type = ParameterType.ofCode(value.type());
        if (type == null || !w.learn(type)) {
            giveUp(item, "it is " + (type == null ? "of type " + value.type() : type) + " on the vehicle, which cannot be " + w.spec.value());
        } else if (!options.verify() && !newType && !wasRead || isWanted(w, value)) {
            values.put(item.name, value);
            done(item, now);
            options.progress().at(values.size(), items.size());
        } else if (newType || wasRead) {
            again(item, now);
        } else if (item.inFlight && ++item.refusals >= REFUSALS) {
            giveUp(item, "the vehicle keeps " + value.value());
        } else {
            again(item, now);
        }
    }

    /** PX4: {@code [pm] param types mismatch param: NAME}. */
    private void complained(String text, long now) {
        int at = text.indexOf(MISMATCH);
        Item item = at < 0 ? null : items.get(text.substring(at + MISMATCH.length()).trim());
        if (item != null && !item.over && !item.read) {
            item.read = true;
            again(item, now);
        }
    }

    private boolean isWanted(Wanted w, ParameterValue value) {
        int bits = wire.encoding().encode(w.type, w.spec.value());
        if (bits == value.bits()) {
            return true;
        }
        // Zero has two signs and NaN many bits; both are equal in the eyes of a vehicle.
        Number sent = wire.encoding().decode(w.type, bits);
        return sent.doubleValue() == value.value().doubleValue()
                || Double.isNaN(sent.doubleValue()) && Double.isNaN(value.value().doubleValue());
    }

    @Override
    void failed(Item item, String reason) {
        failures.put(item.name, reason);
    }
}
