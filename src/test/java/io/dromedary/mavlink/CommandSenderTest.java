package io.dromedary.mavlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandSenderTest {

    private static final int ARM = 400;
    private static final int REBOOT = 246;

    private MavlinkLink link;
    private FakeAutopilot autopilot;

    @BeforeEach
    void open() throws Exception {
        link = MavlinkLink.open(LinkSettings.of("udpin:127.0.0.1:0").withIds(255, 190));
    }

    @AfterEach
    void close() throws Exception {
        if (autopilot != null) {
            autopilot.close();
        }
        link.close();
    }

    private void answers(BiConsumer<MavlinkMessage, FakeAutopilot> handler) throws Exception {
        autopilot = new FakeAutopilot(link, handler);
        assertThat(link.awaitVehicle(1, 1, Duration.ofSeconds(10))).isPresent();
    }

    private CommandResult execute(CommandRequest request) throws Exception {
        return CommandSender.of(link).execute(request);
    }

    private static CommandRequest quick(int command, double... params) {
        return CommandRequest.of(1, 1, command, params).withPatience(Duration.ofMillis(200), 3, Duration.ofMillis(500));
    }

    @Test
    void sendsAllParametersAndReturnsTheResult() throws Exception {
        AtomicInteger wanted = new AtomicInteger();
        answers((command, vehicle) -> vehicle.ack(command, wanted.get()));
        for (int result : new int[]{0, 1, 2, 4, 6, 9}) {
            wanted.set(result);
            CommandResult answer = execute(quick(ARM, 1, 2, Double.NaN, 4, 5.5, 6, 7));
            assertThat(answer.result()).isEqualTo(result);
            assertThat(answer.accepted()).isEqualTo(result == 0);
            assertThat(answer.sent()).isEqualTo(1);
            MavlinkMessage sent = autopilot.received.get(autopilot.received.size() - 1);
            assertThat(sent.toMap()).containsEntry("param1", 1f).containsEntry("param2", 2f).containsEntry("param3", null)
                    .containsEntry("param4", 4f).containsEntry("param5", 5.5f).containsEntry("param6", 6f).containsEntry("param7", 7f)
                    .containsEntry("confirmation", 0).containsEntry("target_system", 1).containsEntry("target_component", 1);
        }
    }

    @Test
    void sendsAgainWithTheNextConfirmationUntilItIsHeard() throws Exception {
        answers((command, vehicle) -> {
            if (command.getInt("confirmation") == 2) {
                vehicle.ack(command, 0);
            }
        });
        assertThat(execute(quick(ARM)).sent()).isEqualTo(3);
        assertThat(autopilot.received).extracting(m -> m.getInt("confirmation")).containsExactly(0, 1, 2);
    }

    @Test
    void givesUpWithAnUnknownOutcomeWhenNothingIsHeard() throws Exception {
        answers((command, vehicle) -> { });
        assertThatThrownBy(() -> execute(quick(ARM))).isInstanceOf(TimeoutException.class)
                .hasMessage("Command 400 was not acknowledged by 1/1 within 0.8 s (sent 4 times); its outcome is unknown");
        assertThat(autopilot.count("COMMAND_LONG")).isEqualTo(4);
    }

    @Test
    void sendsWhatWouldRepeatItsEffectOnlyOnce() throws Exception {
        answers((command, vehicle) -> { });
        CommandRequest reboot = CommandRequest.of(1, 1, REBOOT, 1);
        assertThat(reboot.resends()).isZero();
        assertThatThrownBy(() -> execute(reboot.withPatience(Duration.ofMillis(200), reboot.resends(), Duration.ofSeconds(1))))
                .isInstanceOf(TimeoutException.class);
        assertThat(autopilot.count("COMMAND_LONG")).isEqualTo(1);
    }

    @Test
    void waitsWhileTheVehicleIsWorkingAndReportsItsProgress() throws Exception {
        Queue<Integer> progress = new ConcurrentLinkedQueue<>();
        answers((command, vehicle) -> {
            for (int percent : new int[]{10, 60, 255}) {
                vehicle.send(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 5).set("progress", percent));
            }
            CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS).execute(() -> vehicle.ack(command, 0));
        });
        CommandResult result = execute(quick(ARM).withProgress(progress::add));
        assertThat(result.accepted()).isTrue();
        assertThat(result.sent()).isEqualTo(1);
        assertThat(progress).containsExactly(10, 60, 255);
    }

    @Test
    void givesUpWhenAWorkingVehicleFallsSilent() throws Exception {
        answers((command, vehicle) -> vehicle.ack(command, 5));
        assertThatThrownBy(() -> execute(quick(ARM))).isInstanceOf(TimeoutException.class).hasMessageContaining("was begun by 1/1")
                .hasMessageContaining("its outcome is unknown");
        assertThat(autopilot.count("COMMAND_LONG")).isEqualTo(1);
    }

    @Test
    void usesTheOtherFormWhenTheVehicleWantsIt() throws Exception {
        AtomicInteger refusal = new AtomicInteger(8);
        answers((command, vehicle) -> vehicle.ack(command, command.name().equals("COMMAND_INT") == (refusal.get() == 8) ? 0 : refusal.get()));
        CommandResult result = execute(quick(192, -1, 0, 0, Double.NaN, 47.3977419, 8.5455938, 30));
        assertThat(result.form()).isEqualTo("COMMAND_INT");
        assertThat(result.accepted()).isTrue();
        MavlinkMessage asInt = autopilot.received.get(1);
        assertThat(asInt.getInt("x")).isEqualTo(473977419);
        assertThat(asInt.getInt("y")).isEqualTo(85455938);
        assertThat(asInt.getFloat("z")).isEqualTo(30f);

        for (int code : new int[]{7, 3}) {
            autopilot.received.clear();
            refusal.set(code);
            assertThat(execute(quick(192, -1, 0, 0, 0, 47.5, 8.5, 30).withFrame(6)).form()).isEqualTo("COMMAND_LONG");
            assertThat(autopilot.received).extracting(MavlinkMessage::name).containsExactly("COMMAND_INT", "COMMAND_LONG");
            assertThat(autopilot.received.get(1).getFloat("param5")).isEqualTo(47.5f);
        }
    }

    @Test
    void doesNotChangeFormsForever() throws Exception {
        answers((command, vehicle) -> vehicle.ack(command, command.name().equals("COMMAND_LONG") ? 8 : 7));
        assertThat(execute(quick(ARM)).resultName()).isEqualTo("COMMAND_LONG_ONLY");
        assertThat(autopilot.received).hasSize(2);
    }

    @Test
    void takesOnlyTheAcknowledgementOfItsTargetAndCommandForItself() throws Exception {
        answers((command, vehicle) -> {
            vehicle.send(vehicle.message("COMMAND_ACK").set("command", 401).set("result", 4));
            vehicle.send(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 4).set("target_system", 254));
            vehicle.send(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 4).set("target_system", 255).set("target_component", 1));
            vehicle.sendBytes(new FrameWriter(1, 2).toBytes(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 4)));
            vehicle.sendBytes(new FrameWriter(2, 1).toBytes(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 4)));
            vehicle.send(vehicle.message("COMMAND_ACK").set("command", ARM).set("result", 0).set("target_system", 255)
                    .set("target_component", 190).set("result_param2", -7));
        });
        CommandResult result = execute(quick(ARM));
        assertThat(result.accepted()).isTrue();
        assertThat(result.resultParam2()).isEqualTo(-7);
    }

    @Test
    void hasOneCommandOfAKindUnderWayAndOthersBesideIt() throws Exception {
        List<MavlinkMessage> waiting = new ArrayList<>();
        answers((command, vehicle) -> {
            if (command.getInt("command") == ARM) {
                waiting.add(command);
            } else {
                vehicle.ack(command, 0);
            }
        });
        CommandRequest arm = CommandRequest.of(1, 1, ARM).withPatience(Duration.ofSeconds(20), 0, Duration.ofSeconds(1));
        CompletableFuture<CommandResult> first = CompletableFuture.supplyAsync(() -> unchecked(arm));
        CompletableFuture<CommandResult> second = CompletableFuture.supplyAsync(() -> unchecked(arm));
        await().until(() -> autopilot.count("COMMAND_LONG") == 1);
        assertThat(execute(quick(401)).accepted()).isTrue();
        assertThat(autopilot.received).filteredOn(m -> m.getInt("command") == ARM).hasSize(1);
        autopilot.ack(waiting.get(0), 0);
        await().until(() -> autopilot.received.stream().filter(m -> m.getInt("command") == ARM).count() == 2);
        autopilot.ack(waiting.get(1), 2);
        assertThat(List.of(first.get(10, TimeUnit.SECONDS).result(), second.get(10, TimeUnit.SECONDS).result())).containsExactlyInAnyOrder(0, 2);
    }

    private CommandResult unchecked(CommandRequest request) {
        try {
            return execute(request);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void doesNotTakeALateSecondAnswerForThatOfTheNextCommand() throws Exception {
        answers((command, vehicle) -> {
            if (command.getFloat("param1") == 1) {
                // Too late for the first sending: both are answered after the second.
                if (command.getInt("confirmation") == 1) {
                    vehicle.ack(command, 0);
                    CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> vehicle.ack(command, 0));
                }
            } else {
                vehicle.ack(command, 2);
            }
        });
        assertThat(execute(quick(ARM, 1)).result()).isZero();
        assertThat(execute(quick(ARM, 0)).resultName()).isEqualTo("DENIED");
    }

    @Test
    void boundsHowManyMayWait() throws Exception {
        answers((command, vehicle) -> { });
        CommandRequest slow = CommandRequest.of(1, 1, ARM).withPatience(Duration.ofSeconds(5), 0, Duration.ofSeconds(1));
        List<Thread> threads = new ArrayList<>();
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        for (int n = 0; n < 70; n++) {
            Thread thread = new Thread(() -> {
                try {
                    execute(slow);
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        await().until(() -> failures.size() == 6);
        assertThat(failures).allSatisfy(e -> assertThat(e).isInstanceOf(IOException.class).hasMessageContaining("More than 64"));
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join(10_000);
        }
    }

    @Test
    void saysWhenNobodyIsConnected() {
        assertThatThrownBy(() -> execute(quick(ARM))).isInstanceOf(IOException.class)
                .hasMessageContaining("nobody is connected to [udpin:127.0.0.1:0]");
    }

    @Test
    void refusesRequestsThatMakeNoSense() {
        assertThatThrownBy(() -> CommandRequest.of(0, 1, 1)).hasMessageContaining("one target");
        assertThatThrownBy(() -> CommandRequest.of(1, 1, 70000)).hasMessageContaining("0 to 65535");
        assertThatThrownBy(() -> CommandRequest.of(1, 1, 1, new double[8])).hasMessageContaining("at most 7");
    }
}
