package io.dromedary.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.camel.health.HealthCheckHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running system takes changed files as a whole, or keeps what it has. */
class ReloadTest {

    private static final Map<String, Object> NOTHING = Map.of();

    @TempDir
    private Path folder;
    private ReloadFixture bus;

    /** Holds a command while it runs. */
    public static final class Gate {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);

        /** Waits for the test. */
        public String hold() throws InterruptedException {
            entered.countDown();
            leave.await(30, TimeUnit.SECONDS);
            return "old";
        }
    }

    @BeforeEach
    void start() throws Exception {
        bus = new ReloadFixture(folder);
    }

    @AfterEach
    void stop() {
        bus.close();
    }

    @Test
    void addsChangesRenamesAndDeletes() throws Exception {
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("UNKNOWN_COMMAND");
        bus.command("greet", "hello");
        ReloadResult added = bus.reload.apply();
        assertThat(added.problems()).isEmpty();
        assertThat(added.added()).containsExactly("routes/commands/petal-lab/greet.camel.yaml");
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("hello");
        bus.command("greet", "good morning");
        assertThat(bus.reload.apply().changed()).hasSize(1);
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("good morning");
        bus.delete("commands/petal-lab/greet.camel.yaml");
        bus.command("welcome", "good morning");
        assertThat(bus.reload.apply().applied()).isTrue();
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("UNKNOWN_COMMAND");
        assertThat(bus.ask("welcome", NOTHING)).isEqualTo("good morning");
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
        assertThat(bus.reload.apply().status()).isEqualTo("unchanged");
        assertThat(bus.told).hasSize(3).allSatisfy(result -> assertThat(result.get("status").asText()).isEqualTo("applied"));
    }

    /** What a file has brought is found again whichever version it came with. */
    @Test
    void deletesAndChangesWhatCameWithAnEarlierVersion() throws Exception {
        bus.command("early", "one");
        bus.command("late", "one");
        assertThat(bus.reload.apply().applied()).isTrue();
        bus.command("other", "between");
        assertThat(bus.reload.apply().applied()).isTrue();
        bus.delete("commands/petal-lab/early.camel.yaml");
        bus.command("late", "two");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("early", NOTHING)).isEqualTo("UNKNOWN_COMMAND");
        assertThat(bus.ask("late", NOTHING)).isEqualTo("two");
        bus.delete("commands/petal-lab/steady.camel.yaml");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("steady", NOTHING)).as("of the version at the start").isEqualTo("UNKNOWN_COMMAND");
    }

    @Test
    void takesSchemasPropertiesAndKamelets() throws Exception {
        bus.write("application.properties", "lab.answer=one\n");
        bus.command("steady", "{{lab.answer}}");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("one");
        bus.write("application.properties", "lab.answer=two\n");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("two");
        bus.write("commands/petal-lab/steady.schema.json", """
                {"title": "Steady", "description": "x", "type": "object", "additionalProperties": false, "properties": {}}""");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("steady", Map.of("x", 1))).isEqualTo("VALIDATION_ERROR");
        for (String text : new String[] {"first", "second"}) {
            Scaffold.write("kamelet-action", Files.createDirectories(folder.resolve(text)), Map.of("name", "lab-say-action", "type", "action",
                    "title", "Lab Say Action", "description", "Says something"));
            String kamelet = Files.readString(folder.resolve(text).resolve("lab-say-action.kamelet.yaml"));
            bus.write("lab-say-action.kamelet.yaml", kamelet.replace("\"{{text}}\"", "\"{{text}} " + text + "\""));
            bus.write("commands/petal-lab/say.camel.yaml", """
                    - route:
                        id: petal-lab.say
                        description: Says something
                        from:
                          uri: direct:command/petal-lab/say
                          steps:
                            - to:
                                uri: kamelet:lab-say-action
                                parameters:
                                  text: it is
                    """);
            assertThat(bus.reload.apply().problems()).isEmpty();
            assertThat(bus.ask("say", NOTHING)).isEqualTo("it is " + text);
        }
        assertThat(bus.context().getRoutes().stream().map(route -> route.getRouteId()).distinct()).filteredOn(id -> id.startsWith("lab-say-action")).containsExactly("lab-say-action-2");
    }

    @Test
    void keepsWhatRunsWhenAFileIsWrong() throws Exception {
        bus.command("greet", "hello");
        assertThat(bus.reload.apply().applied()).isTrue();
        bus.write("commands/petal-lab/steady.camel.yaml", "- route:\n    id: petal-lab.steady\n    from:\n      uri: direct:comm");
        bus.command("greet", "changed too");
        ReloadResult refused = bus.reload.apply();
        assertThat(refused.status()).isEqualTo("refused");
        assertThat(refused.problems()).anyMatch(problem -> problem.startsWith("routes/commands/petal-lab/steady.camel.yaml:"));
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("hello");
        assertThat(bus.told.get(1).get("status").asText()).isEqualTo("refused");
        assertThat(bus.reload.versions().difference(bus.reload.folders()).changed()).hasSize(2);
    }

    @Test
    void restoresWhatRanWhenANewRouteCannotBeBuilt() throws Exception {
        bus.write("commands/petal-lab/steady.camel.yaml", """
                - beans:
                    - name: labThing
                      type: java.lang.Thread$Builder
                - route:
                    id: petal-lab.steady
                    description: Has a bean that cannot be made
                    from:
                      uri: direct:command/petal-lab/steady
                      steps:
                        - bean:
                            ref: labThing
                """.replace("java.lang.Thread$Builder", "java.lang.Runtime"));
        ReloadResult refused = bus.reload.apply();
        assertThat(refused.status()).as(refused.toString()).isEqualTo("refused");
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
    }

    @Test
    void letsWhatIsUnderWayFinishOnTheOldVersion() throws Exception {
        Gate gate = new Gate();
        // Longer than the gate holds: whoever waits for the old route sees it ended.
        bus.context().getShutdownStrategy().setTimeout(300);
        bus.context().getRegistry().bind("labGate", gate);
        bus.write("commands/petal-lab/slow.camel.yaml", """
                - beans:
                    - name: labOther
                      type: java.lang.Object
                - route:
                    id: petal-lab.slow
                    description: Waits
                    from:
                      uri: direct:command/petal-lab/slow
                      steps:
                        # lint: allow bean-unknown – bound by the test
                        - bean:
                            # lint: allow bean-unknown – bound by the test
                            ref: labGate
                            method: hold
                """);
        assertThat(bus.reload.apply().problems()).isEmpty();
        String underWay = bus.send("slow", NOTHING);
        assertThat(gate.entered.await(30, TimeUnit.SECONDS)).isTrue();
        bus.command("slow", "new");
        assertThat(bus.reload.apply().problems()).isEmpty();
        assertThat(bus.ask("slow", NOTHING)).isEqualTo("new");
        assertThat(bus.replies).doesNotContainKey(underWay);
        assertThat(bus.reload.draining()).isEqualTo(1);
        gate.leave.countDown();
        assertThat(bus.reply(underWay).get("data").asText()).isEqualTo("old");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            bus.reload.tidy();
            return bus.reload.draining() == 0;
        });
        assertThat(bus.context().getRoutes()).filteredOn(route -> route.getRouteId().startsWith("petal-lab.slow")).hasSize(1);
        assertThat(bus.ask("slow", NOTHING)).isEqualTo("new");
    }

    @Test
    void goesBackAndForthOnDemand() throws Exception {
        bus.command("steady", "changed");
        assertThat(bus.reload.apply().applied()).isTrue();
        assertThat(bus.reload.rollback().applied()).isTrue();
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
        assertThat(bus.reload.rollback().status()).isEqualTo("refused");
        assertThat(bus.reload.versions().difference(bus.reload.folders()).changed()).hasSize(1);
        assertThat(bus.reload.apply().applied()).isTrue();
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("changed");
    }

    @Test
    void aDeskTakesRequestsAndChangesAndHealthSaysHowItWent() throws Exception {
        new ReloadDesk(bus.reload, true).start(bus.context());
        bus.command("greet", "hello");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> bus.ask("greet", NOTHING).equals("hello"));
        Path half = bus.routes.resolve("commands/petal-lab/steady.camel.yaml");
        Files.writeString(half, "- route:\n    id: petal-lab.steady\n    descr");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> bus.reload.last().status().equals("refused"));
        assertThat(bus.ask("steady", NOTHING)).isEqualTo("here");
        assertThat(HealthCheckHelper.invoke(bus.context())).filteredOn(result -> result.getCheck().getId().equals("reload")).singleElement()
                .satisfies(result -> assertThat(result.getMessage().orElse("")).contains("steady.camel.yaml:"));
        assertThat(ReloadDesk.ask(folder.resolve("kit"), "rollback", 30_000)).hasValueSatisfying(
                result -> assertThat(result.get("status")).isEqualTo("applied"));
        assertThat(bus.ask("greet", NOTHING)).isEqualTo("UNKNOWN_COMMAND");
        assertThat(ReloadDesk.ask(folder.resolve("nowhere"), "apply", 200)).isEmpty();
    }
}
