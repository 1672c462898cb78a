package io.dromedary.embedded;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer.SERVER_STATE;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.PageFullMessagePolicy;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;

/**
 * An MQTT 5 broker (ActiveMQ Artemis) inside this process, on the loopback interface, without authentication. Sessions, queued
 * and retained messages are on disk before they are acknowledged and survive a restart and a {@code kill -9}. A packet may have
 * 16 MiB; the messages that wait for absent subscribers may have 1 GiB a topic, after which publishers to it are refused.
 */
public final class EmbeddedMqtt implements EmbeddedServer {

    /** The port without configuration: not 1883, where an installed mosquitto listens. */
    public static final int DEFAULT_PORT = 11883;

    /** The environment variable that chooses the port. */
    public static final String PORT_SETTING = "DROMEDARY_MQTT_PORT";

    /** The largest packet it takes, in bytes; announced to clients on connect. */
    public static final int MAX_PACKET_BYTES = 16 << 20;

    private static final String SERVICE = "MQTT broker";
    private static final String ACCEPTOR = "mqtt";
    private static final long MAX_BYTES_IN_MEMORY = 16L << 20;
    private static final long MAX_WAITING_BYTES = 1L << 30;

    private final Path folder;
    private final LoopbackPort port;
    private final long maxWaitingBytes;
    private ActiveMQServerImpl server;

    /** A broker that keeps its journal in the folder {@code mqtt} of a data directory; port 0 means any free one. */
    public EmbeddedMqtt(DataDirectory data, int port) {
        this(data, port, MAX_WAITING_BYTES);
    }

    EmbeddedMqtt(DataDirectory data, int port, long maxWaitingBytes) {
        this.folder = data.folder("mqtt");
        this.port = new LoopbackPort(port, SERVICE, PORT_SETTING);
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    public String name() {
        return "mqtt";
    }

    @Override
    public String address() {
        return port.address();
    }

    @Override
    public synchronized void claim() {
        port.claim();
    }

    @Override
    public synchronized void start() {
        port.use(this::claim);
        // Also a folder that cannot be used, such as one on a full disk, is only a line in the broker's log.
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            server = new ActiveMQServerImpl(configuration());
            server.registerActivationFailureListener(failure::set);
            server.start();
        } catch (Exception e) {
            failure.set(e);
        }
        if (failure.get() != null) {
            stop();
            throw new StartRefused("The embedded " + SERVICE + " cannot start on " + folder + ": " + failure.get().getMessage(), failure.get());
        }
        // A port that cannot be bound is only a line in the broker's log.
        Acceptor acceptor = server.getRemotingService().getAcceptor(ACCEPTOR);
        if (acceptor == null || acceptor.getActualPort() != port.number()) {
            stop();
            throw port.taken(null);
        }
    }

    @Override
    public synchronized boolean isRunning() {
        // It stops itself when it cannot write.
        return server != null && server.getState() != SERVER_STATE.STOPPED;
    }

    @Override
    public synchronized void stop() {
        if (server != null) {
            try {
                server.stop();
            } catch (Exception e) {
                throw new IllegalStateException("The embedded " + SERVICE + " did not stop in order", e);
            } finally {
                server = null;
            }
        }
    }

    private ConfigurationImpl configuration() throws Exception {
        ConfigurationImpl c = new ConfigurationImpl();
        c.setName("dromedary").setPersistenceEnabled(true).setSecurityEnabled(false).setJMXManagementEnabled(false);
        c.setJournalType(JournalType.NIO).setJournalDirectory(folder + "/journal").setBindingsDirectory(folder + "/bindings")
                .setLargeMessagesDirectory(folder + "/large").setPagingDirectory(folder + "/paging");
        // A message above the buffer's size becomes a file of its own, which is slow and escapes the limit of waiting bytes.
        c.setJournalBufferSize_NIO(2 << 20).setJournalFileSize(4 << 20).setJournalMinFiles(2).setMessageExpiryScanPeriod(1000);
        // A nearly full disk would otherwise block every publisher without a word; the limit per topic below stays.
        c.setMaxDiskUsage(-1);
        // In nanoseconds. The default of 3.3 ms is what a round trip would wait for.
        c.setJournalBufferTimeout_NIO(100_000);
        // In milliseconds. The default of 5 s keeps an expired session "present" for so long.
        c.setMqttSessionScanInterval(500);
        c.addAddressSetting("#", new AddressSettings()
                // MQTT knows no dead letters: a message waits until it is taken or expires.
                .setMaxDeliveryAttempts(-1)
                .setMaxSizeBytes(MAX_BYTES_IN_MEMORY).setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setPageSizeBytes(4 << 20)
                .setPageLimitBytes(maxWaitingBytes).setPageFullMessagePolicy(PageFullMessagePolicy.FAIL));
        c.addAcceptorConfiguration(ACCEPTOR, "tcp://" + port.address() + "?protocols=MQTT;tcpNoDelay=true;maximumPacketSize="
                + MAX_PACKET_BYTES);
        return c;
    }
}
