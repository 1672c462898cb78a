/**
 * The {@code paho-mqtt5} component as this application binds it: Camel's options and headers over the HiveMQ client, which
 * publishes without a waiting thread, resends correctly after a lost connection, and sends small packets at once.
 * <p>
 * {@link io.dromedary.mqtt.MqttPublisher} and {@link io.dromedary.mqtt.MqttSubscriber} move the bytes; the endpoint classes
 * translate exchanges. Routes stay portable: they run with Camel's own component too, only less well.
 * Where no other thread than the client's is needed say {@code HandOver} and the property {@link io.dromedary.mqtt.MqttEndpoint#LAST}.
 */
package io.dromedary.mqtt;
