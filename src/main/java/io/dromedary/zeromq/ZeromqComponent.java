package io.dromedary.zeromq;

import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Exchanges messages with ZeroMQ peers; holds the one ZeroMQ context that all endpoints share. */
@Component("zeromq")
public class ZeromqComponent extends DefaultComponent {

    @Metadata(description = "Options that every endpoint starts from; the place for CURVE keys.")
    private ZeromqConfiguration configuration = new ZeromqConfiguration();
    @Metadata(label = "advanced", defaultValue = "1", description = "Threads that move bytes between sockets and the network.")
    private int ioThreads = 1;

    private SocketOpener opener;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int colon = remaining.indexOf(':');
        if (colon <= 0 || colon == remaining.length() - 1) {
            throw new IllegalArgumentException("A ZeroMQ endpoint is zeromq:<pattern>:<addresses>, such as zeromq:sub:tcp://127.0.0.1:5556");
        }
        ZeromqEndpoint endpoint = new ZeromqEndpoint(uri, this, configuration.copy());
        endpoint.setPattern(remaining.substring(0, colon));
        endpoint.setAddresses(remaining.substring(colon + 1));
        setProperties(endpoint, parameters);
        return endpoint;
    }

    synchronized SocketOpener opener() {
        if (opener == null) {
            opener = new SocketOpener(ioThreads);
        }
        return opener;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        synchronized (this) {
            if (opener != null) {
                opener.close();
                opener = null;
            }
        }
    }

    public ZeromqConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(ZeromqConfiguration configuration) {
        this.configuration = configuration;
    }

    public int getIoThreads() {
        return ioThreads;
    }

    public void setIoThreads(int ioThreads) {
        this.ioThreads = ioThreads;
    }
}
