package io.dromedary.bench;

import java.util.concurrent.CountDownLatch;

import javax.net.SocketFactory;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The bare echo client of {@link BusBench}: whatever comes on one topic goes out on another, at QoS 1, without looking at it. */
public final class PahoEcho {

    private PahoEcho() {
    }

    /** Arguments: broker URL, topic in, topic out. */
    public static void main(String[] args) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient(args[0], "paho-echo", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new NoDelay());
        client.setCallback(new MqttCallback() {
            @Override
            public void messageArrived(String topic, MqttMessage message) throws Exception {
                MqttMessage answer = new MqttMessage(message.getPayload());
                answer.setQos(1);
                client.publish(args[2], answer);
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {
                System.exit(1);
            }

            @Override
            public void mqttErrorOccurred(MqttException exception) {
                System.err.println(exception);
            }

            @Override
            public void deliveryComplete(IMqttToken token) {
                // Nothing waits for it.
            }

            @Override
            public void connectComplete(boolean reconnect, String serverUri) {
                // It connects once.
            }

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {
                // Nobody asks.
            }
        });
        client.connect(options).waitForCompletion(10_000);
        client.subscribe(args[1], 1).waitForCompletion(10_000);
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    /** Without it every answer would wait 40 ms for an acknowledgement of the network. */
    static final class NoDelay extends SocketFactory {
        @Override
        public java.net.Socket createSocket() throws java.io.IOException {
            java.net.Socket socket = new java.net.Socket();
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public java.net.Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.net.Socket createSocket(String host, int port, java.net.InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.net.Socket createSocket(java.net.InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.net.Socket createSocket(java.net.InetAddress address, int port, java.net.InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
