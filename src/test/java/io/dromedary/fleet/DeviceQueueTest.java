package io.dromedary.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Constants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class DeviceQueueTest {

    private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

    private final DeviceQueue queue = new DeviceQueue();

    private static Exchange command(String device, int number) {
        Exchange exchange = new DefaultExchange(CAMEL);
        exchange.getMessage().setHeader(PahoMqtt5Constants.MQTT_TOPIC, device);
        exchange.getMessage().setBody(device + number);
        return exchange;
    }

    private static void end(Exchange exchange) {
        for (Synchronization one : exchange.getExchangeExtension().handoverCompletions()) {
            one.onComplete(exchange);
        }
    }

    private List<String> takeAll() {
        List<String> taken = new ArrayList<>();
        for (Exchange next = queue.poll(); next != null; next = queue.poll()) {
            taken.add(next.getMessage().getBody(String.class));
            end(next);
        }
        return taken;
    }

    @Test
    void aNoisyDeviceDoesNotHoldUpTheOthers() {
        queue.setCapacity(1_000);
        for (int i = 0; i < 500; i++) {
            assertThat(queue.offer(command("noisy", i))).isTrue();
        }
        queue.offer(command("a", 0));
        queue.offer(command("b", 0));
        List<String> taken = takeAll();
        assertThat(taken.subList(0, 4)).contains("a0", "b0");
        assertThat(taken).hasSize(502);
        assertThat(taken.stream().filter(body -> body.startsWith("noisy"))).isSortedAccordingTo(
                java.util.Comparator.comparingInt(body -> Integer.parseInt(body.substring("noisy".length()))));
    }

    @Test
    void noMoreOfOneDeviceAreOutThanAllowed() throws Exception {
        queue.setPerDevice(2);
        List<Exchange> out = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queue.offer(command("a", i));
        }
        for (Exchange next = queue.poll(); next != null; next = queue.poll()) {
            out.add(next);
        }
        assertThat(out).hasSize(2);
        assertThat(queue.poll(20, TimeUnit.MILLISECONDS)).isNull();
        CompletableFuture<Exchange> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        end(out.get(0));
        assertThat(waiting.get(10, TimeUnit.SECONDS).getMessage().getBody()).isEqualTo("a2");
    }

    @Test
    void aFullQueueRefusesAndThenMakesTheSenderWait() throws Exception {
        queue.setCapacity(2);
        queue.put(command("a", 0));
        queue.put(command("b", 0));
        assertThat(queue.offer(command("c", 0))).isFalse();
        assertThat(queue.offer(command("c", 0), 20, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(queue.remainingCapacity()).isZero();
        CompletableFuture<Void> put = CompletableFuture.runAsync(() -> {
            try {
                queue.put(command("c", 0));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        end(queue.take());
        put.get(10, TimeUnit.SECONDS);
        assertThat(takeAll()).containsExactlyInAnyOrder("b0", "c0");
    }

    @Test
    void nothingIsKeptOfAnIdleDevice() {
        queue.setCapacity(20_000);
        for (int device = 0; device < 10_000; device++) {
            queue.offer(command("device-" + device, 0));
        }
        assertThat(queue.devices()).isEqualTo(10_000);
        assertThat(takeAll()).hasSize(10_000);
        assertThat(queue.devices()).isZero();
    }
}
