package io.dromedary.vantiq;

import org.apache.camel.spi.Metadata;

/** The headers of the Vantiq component. */
public final class VantiqConstants {

    @Metadata(label = "common", description = "The name of the source. On a producer of several sources it selects one of them.", javaType = "String")
    public static final String SOURCE = "CamelVantiqSource";

    @Metadata(label = "consumer", description = "What arrived: connect, publish, query or close.", javaType = "String")
    public static final String OPERATION = "CamelVantiqOperation";

    @Metadata(label = "common", description = "The address that links an answer with its query. Keep it to answer later or from another route.",
              javaType = "Object")
    public static final String REPLY_ADDRESS = "CamelVantiqReplyAddress";

    @Metadata(label = "consumer", description = "The source's configuration as the server sent it last.", javaType = "java.util.Map")
    public static final String CONFIGURATION = "CamelVantiqConfiguration";

    @Metadata(label = "producer queryResponse",
              description = "The kind of a query response: 100 (partial), 200 (complete) or 204 (empty). Without it: complete, or empty when there is no body.",
              javaType = "Integer")
    public static final String STATUS = "CamelVantiqStatus";

    @Metadata(label = "producer queryError", description = "The code of a query error. On a failed query route it replaces the default code.",
              javaType = "String")
    public static final String ERROR_CODE = "CamelVantiqErrorCode";

    @Metadata(label = "producer queryError", description = "The text of a query error, with {0}, {1} for its parameters.", javaType = "String")
    public static final String ERROR_TEMPLATE = "CamelVantiqErrorTemplate";

    @Metadata(label = "producer queryError", description = "The parameters for the text of a query error.", javaType = "java.util.List")
    public static final String ERROR_PARAMETERS = "CamelVantiqErrorParameters";

    private VantiqConstants() {
    }
}
