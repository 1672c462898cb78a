package io.dromedary.mavlink;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import io.dronefleet.mavlink.MavlinkDialect;
import io.dronefleet.mavlink.annotations.MavlinkEntryInfo;
import io.dronefleet.mavlink.annotations.MavlinkFieldInfo;
import io.dronefleet.mavlink.annotations.MavlinkMessageInfo;
import io.dronefleet.mavlink.ardupilotmega.ArdupilotmegaDialect;
import io.dronefleet.mavlink.asluav.AsluavDialect;
import io.dronefleet.mavlink.common.CommonDialect;
import io.dronefleet.mavlink.matrixpilot.MatrixpilotDialect;
import io.dronefleet.mavlink.minimal.MinimalDialect;
import io.dronefleet.mavlink.paparazzi.PaparazziDialect;
import io.dronefleet.mavlink.standard.StandardDialect;
import io.dronefleet.mavlink.storm32.Storm32Dialect;
import io.dronefleet.mavlink.uavionix.UavionixDialect;

/**
 * Reads layouts from the annotated classes of {@code io.dronefleet.mavlink}. They carry Java names; the wire names are found again
 * by CRC_EXTRA, which covers them.
 */
final class DronefleetDefinitions implements Definitions {

    /** Field names that do not follow the rule of lower case and underscores, by message id. */
    private static final Map<Integer, String> IRREGULAR = Map.ofEntries(
            Map.entry(125, "Vcc Vservo"),
            Map.entry(163, "omegaIx omegaIy omegaIz"),
            Map.entry(165, "Vcc I2Cerr"),
            Map.entry(174, "EAS2TAS Pax Pby Pcz"),
            Map.entry(177, "CompensationX CompensationY CompensationZ"),
            Map.entry(194, "FF P I D SRate PDmod"),
            Map.entry(246, "ICAO_address"),
            Map.entry(260, "zoomLevel focusLevel"),
            Map.entry(301, "MMSI COG"),
            Map.entry(10001, "ICAO emitterType aircraftSize gpsOffsetLat gpsOffsetLon stallSpeed rfSelect"),
            Map.entry(10002, "utcTime gpsLat gpsLon gpsAlt gpsFix numSats baroAltMSL accuracyHor accuracyVert accuracyVel velVert velNS "
                    + "VelEW emergencyStatus"),
            Map.entry(10003, "rfHealth"),
            Map.entry(11020, "AOA SSA"),
            Map.entry(11039, "MCU_temperature MCU_voltage MCU_voltage_min MCU_voltage_max"),
            Map.entry(42001, "numBands"));

    private final MavlinkDialect dialect;
    private Map<String, List<Class<?>>> classes;

    private DronefleetDefinitions(MavlinkDialect dialect) {
        this.dialect = dialect;
    }

    static DronefleetDefinitions of(String name) {
        return new DronefleetDefinitions(switch (name) {
            case "ardupilotmega" -> new ArdupilotmegaDialect();
            case "asluav" -> new AsluavDialect();
            case "common" -> new CommonDialect();
            case "matrixpilot" -> new MatrixpilotDialect();
            case "minimal" -> new MinimalDialect();
            case "paparazzi" -> new PaparazziDialect();
            case "standard" -> new StandardDialect();
            case "storm32" -> new Storm32Dialect();
            case "uavionix" -> new UavionixDialect();
            default -> throw new IllegalArgumentException("Unknown MAVLink dialect '" + name + "': neither a file nor one of ardupilotmega, "
                    + "asluav, common, matrixpilot, minimal, paparazzi, standard, storm32, uavionix");
        });
    }

    /** All message classes, for tests that compare them with other sources. */
    List<Class<?>> messageClasses() {
        List<Class<?>> all = new ArrayList<>();
        dialect.messageTypes().forEach(all::add);
        return all;
    }

    @Override
    public MessageDefinition byId(int id) {
        Class<?> type = dialect.resolve(id);
        return type == null ? null : define(type);
    }

    @Override
    public IntStream ids() {
        return messageClasses().stream().mapToInt(type -> type.getAnnotation(MavlinkMessageInfo.class).id());
    }

    @Override
    public synchronized MessageDefinition byName(String name) {
        if (classes == null) {
            classes = new HashMap<>();
            messageClasses().forEach(type -> classes.computeIfAbsent(plain(type.getSimpleName()), n -> new ArrayList<>()).add(type));
        }
        // SIMSTATE and SIM_STATE are two messages, so the plain name only narrows the search.
        for (Class<?> type : classes.getOrDefault(plain(name), List.of())) {
            MessageDefinition found = define(type);
            if (found.name().equals(name)) {
                return found;
            }
        }
        return null;
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    static MessageDefinition define(Class<?> type) {
        MavlinkMessageInfo info = type.getAnnotation(MavlinkMessageInfo.class);
        List<Method> getters = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(MavlinkFieldInfo.class)) {
                getters.add(method);
            }
        }
        getters.sort(Comparator.comparingInt(m -> m.getAnnotation(MavlinkFieldInfo.class).position()));
        MessageDefinition first = null;
        for (WireNames names : WireNames.values()) {
            MessageDefinition definition = define(info, type.getSimpleName(), getters, names);
            if (definition.hasCrcExtraOfItsNames()) {
                return definition;
            }
            first = first == null ? definition : first;
        }
        // Names in rarely used dialects that follow no rule: the layout is right all the same.
        return first;
    }

    private static MessageDefinition define(MavlinkMessageInfo info, String className, List<Method> getters, WireNames names) {
        Map<String, String> irregular = new HashMap<>();
        for (String name : IRREGULAR.getOrDefault(info.id(), "").split(" ")) {
            irregular.put(plain(name), name);
        }
        List<MessageField> fields = new ArrayList<>();
        for (Method getter : getters) {
            MavlinkFieldInfo field = getter.getAnnotation(MavlinkFieldInfo.class);
            String name = irregular.getOrDefault(plain(getter.getName()), names.of(getter.getName()));
            fields.add(new MessageField(name, type(field, getter.getGenericReturnType()), field.arraySize(), 0, field.extension()));
        }
        return MessageDefinition.of(info.id(), names.of(className).toUpperCase(Locale.ROOT), fields, info.crc());
    }

    private static FieldType type(MavlinkFieldInfo info, Type javaType) {
        Type element = javaType instanceof ParameterizedType list && list.getRawType() == List.class
                ? list.getActualTypeArguments()[0] : javaType;
        if (element == String.class) {
            return FieldType.CHAR;
        }
        if (element == float.class || element == Float.class) {
            return FieldType.FLOAT;
        }
        if (element == double.class || element == Double.class) {
            return FieldType.DOUBLE;
        }
        return switch (info.unitSize()) {
            case 1 -> info.signed() ? FieldType.INT8 : FieldType.UINT8;
            case 2 -> info.signed() ? FieldType.INT16 : FieldType.UINT16;
            case 4 -> info.signed() ? FieldType.INT32 : FieldType.UINT32;
            default -> info.signed() ? FieldType.INT64 : FieldType.UINT64;
        };
    }

    @Override
    public OptionalLong entry(String enumeration, String entry) {
        String simpleName = "." + WireNames.toClassName(enumeration);
        return messageClasses().stream().map(Class::getPackageName).distinct()
                .map(name -> value(name + simpleName, entry))
                .filter(OptionalLong::isPresent).findFirst().orElse(OptionalLong.empty());
    }

    private static OptionalLong value(String enumeration, String entry) {
        try {
            return OptionalLong.of(Class.forName(enumeration).getField(entry).getAnnotation(MavlinkEntryInfo.class).value());
        } catch (ClassNotFoundException | NoSuchFieldException e) {
            return OptionalLong.empty();
        }
    }

    /** How a Java name may have been made from a wire name; tried in this order. */
    private enum WireNames {
        DIGITS_STAY("(?<!^)(?=[A-Z])"),
        DIGITS_APART("(?<!^)(?=[A-Z])|(?<=[a-zA-Z])(?=[0-9])");

        private final String boundary;

        WireNames(String boundary) {
            this.boundary = boundary;
        }

        static String toClassName(String wireName) {
            StringBuilder name = new StringBuilder();
            for (String word : wireName.toLowerCase(Locale.ROOT).split("_")) {
                name.append(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
            }
            return name.toString();
        }

        String of(String javaName) {
            return String.join("_", javaName.split(boundary)).toLowerCase(Locale.ROOT);
        }
    }
}
