package io.dromedary.zeromq;

import org.apache.camel.spi.Metadata;

/** The headers that the component sets and reads. */
public final class ZeromqConstants {

    @Metadata(label = "consumer", description = "The other end as host:port; missing for inproc", javaType = "String")
    public static final String PEER_ADDRESS = "CamelZeromqPeerAddress";

    @Metadata(label = "consumer", description = "How many frames the message had, without routing frames", javaType = "Integer")
    public static final String FRAME_COUNT = "CamelZeromqFrameCount";

    @Metadata(label = "consumer", description = "The routing id of the peer, for REP and ROUTER", javaType = "byte[]")
    public static final String ROUTING_ID = "CamelZeromqRoutingId";

    /** Exchange property of REP and ROUTER: a {@link RequestAnswer}, for a route that answers before it has ended. */
    public static final String ANSWER = "CamelZeromqAnswer";

    private ZeromqConstants() {
    }
}
