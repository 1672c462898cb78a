package io.dromedary.mavlink;

import org.apache.camel.spi.Metadata;

/** The headers of the {@code mavlink} component. */
public final class MavlinkConstants {

    /** Every header whose name begins so is an argument of the producer: {@code CamelMavlinkTargetSystem} is {@code targetSystem}. */
    static final String PREFIX = "CamelMavlink";

    @Metadata(description = "Consumer: the name of the message, or its id when the dialect does not know it. Producer: the message to send, "
            + "request or set the interval of.", javaType = "String")
    public static final String MESSAGE = "CamelMavlinkMessage";

    @Metadata(label = "consumer", description = "The id of the message.", javaType = "Integer")
    public static final String MESSAGE_ID = "CamelMavlinkMessageId";

    @Metadata(label = "consumer", description = "The system that sent the message.", javaType = "Integer")
    public static final String SYSTEM_ID = "CamelMavlinkSystemId";

    @Metadata(label = "consumer", description = "The component that sent the message.", javaType = "Integer")
    public static final String COMPONENT_ID = "CamelMavlinkComponentId";

    @Metadata(label = "consumer", description = "The running number of the sender, 0 to 255.", javaType = "Integer")
    public static final String SEQUENCE = "CamelMavlinkSequence";

    @Metadata(label = "consumer", description = "What happened to a vehicle: DISCOVERED, LOST, RETURNED or CONFLICT.", javaType = "String")
    public static final String EVENT = "CamelMavlinkEvent";

    @Metadata(label = "producer", description = "The system to address instead of the option's.", javaType = "Integer")
    public static final String TARGET_SYSTEM = "CamelMavlinkTargetSystem";

    @Metadata(label = "producer", description = "The component to address instead of the option's.", javaType = "Integer")
    public static final String TARGET_COMPONENT = "CamelMavlinkTargetComponent";

    @Metadata(label = "producer", description = "The command to send instead of the option's.", javaType = "String")
    public static final String COMMAND = "CamelMavlinkCommand";

    @Metadata(label = "producer", description = "After an operation on parameters: the reason by name for each that was not read or confirmed.",
            javaType = "java.util.Map")
    public static final String PARAMETERS_MISSING = "CamelMavlinkParametersMissing";

    @Metadata(label = "producer", description = "After an operation on parameters: requests sent for it.", javaType = "Integer")
    public static final String PARAMETER_REQUESTS = "CamelMavlinkParameterRequests";

    @Metadata(label = "producer", description = "After an operation on parameters: seconds it took.", javaType = "Double")
    public static final String SECONDS = "CamelMavlinkSeconds";

    private MavlinkConstants() {
    }
}
