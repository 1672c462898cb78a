package io.dromedary.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.embedded.DataDirectory;
import io.dromedary.embedded.EmbeddedDatabase;
import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.PeerAway;
import io.dromedary.proxies.ProxyFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which waiting writes go on waiting, and which are set aside. */
class CloudOutboxTest {

    private static final int MORE_THAN_ENOUGH = 50;

    @TempDir
    Path folder;
    private DataDirectory data;
    private EmbeddedDatabase local;
    private final Cloud cloud = new Cloud();
    private CloudOutbox outbox;

    /** A cloud that fails as it is told. */
    private static final class Cloud implements DocumentStore {
        private final Map<String, Object> items = new HashMap<>();
        private final List<String> written = new ArrayList<>();
        private RuntimeException reading;
        private final Map<String, RuntimeException> writing = new HashMap<>();
        private RuntimeException all = new PeerAway("away", null);

        @Override
        public Object get(DocumentKey key) {
            if (reading != null) {
                throw reading;
            }
            return items.getOrDefault(key.value(), Map.of());
        }

        @Override
        public Object scan(String table, List<Filter> filters) {
            return items.values().stream().map(Documents::map).filter(item -> Documents.meets(item, filters)).toList();
        }

        @Override
        public Object update(DocumentKey key, Map<String, Object> document) {
            return set(key, document);
        }

        @Override
        public Object set(DocumentKey key, Map<String, Object> document) {
            RuntimeException failure = all != null ? all : writing.get(key.value());
            if (failure != null) {
                throw failure;
            }
            written.add(key.value() + "=" + document.get("n"));
            return Map.of("updated", true);
        }

        @Override
        public void probe() {
            // never asked here
        }

        @Override
        public String address() {
            return "";
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @BeforeEach
    void start() throws Exception {
        data = DataDirectory.open(folder);
        local = new EmbeddedDatabase(data, "local", EmbeddedDatabase.Durability.PROCESS);
        local.start();
        outbox = new CloudOutbox(new WriteQueue(local.dataSource(), 10), cloud, "m");
        write("a", 1);
        write("b", 2);
        write("a", 3);
        assertThat(outbox.waiting()).isEqualTo(3);
        cloud.all = null;
    }

    @AfterEach
    void stop() {
        local.stop();
        data.close();
    }

    private void write(String id, int number) {
        assertThat(outbox.update(new DocumentKey("t", "id", id), Map.of("n", number))).isEqualTo(Map.of("updated", true, "queued", true));
    }

    private void deliverOften() {
        for (int i = 0; i < MORE_THAN_ENOUGH; i++) {
            outbox.deliver();
        }
    }

    private void nothingIsLostWhile(Runnable fault, Runnable repair) {
        fault.run();
        deliverOften();
        assertThat(outbox.waiting()).isEqualTo(3);
        assertThat(cloud.written).isEmpty();
        repair.run();
        assertThat(outbox.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "b=2", "a=3");
        assertThat(outbox.conflicts()).isZero();
    }

    @Test
    void aCloudThatIsBrokenKeepsThemWaiting() {
        nothingIsLostWhile(() -> cloud.reading = new ApiFailure(500, "HTTP 500: Internal Server Error"), () -> cloud.reading = null);
    }

    @Test
    void aCloudThatLetsUsReadButNotInKeepsThemWaiting() {
        nothingIsLostWhile(() -> cloud.all = new ApiFailure(403, "HTTP 403: Forbidden"), () -> cloud.all = null);
    }

    @Test
    void theServiceOfTheTokensKeepsThemWaiting() {
        nothingIsLostWhile(() -> cloud.reading = new ApiFailure(401, "Request failed: No valid credentials available"), () -> cloud.reading = null);
    }

    @Test
    void aDatabaseThatCannotBeReadKeepsThemWaiting() {
        nothingIsLostWhile(() -> cloud.reading = new ProxyFailure("Request failed: permission denied"), () -> cloud.reading = null);
    }

    @Test
    void oneThatIsRefusedIsSetAsideAtOnceAndTheOthersGoOn() {
        cloud.writing.put("b", new ApiFailure(422, "HTTP 422: Unprocessable Entity"));
        assertThat(outbox.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "a=3");
        assertThat(outbox.conflicts()).isEqualTo(1);
    }

    /** It has grown together with what the cloud had. */
    @Test
    void oneThatIsTooLargeIsSetAside() {
        cloud.writing.put("b", new BadParameter("The item has 2 bytes; at most 1 are allowed"));
        assertThat(outbox.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "a=3");
        assertThat(outbox.conflicts()).isEqualTo(1);
    }

    @Test
    void oneThatFailsAgainAndAgainDoesNotHoldUpTheOthersForEver() {
        cloud.writing.put("b", new ApiFailure(500, "HTTP 500: Internal Server Error"));
        assertThat(outbox.deliver()).as("it may be the cloud's trouble").isEqualTo(2);
        deliverOften();
        assertThat(outbox.waiting()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "a=3");
        assertThat(outbox.conflicts()).isEqualTo(1);
    }

    @Test
    void anApiThatSaysNotFoundOfWhatIsToBeMadeGetsIt() {
        cloud.reading = new ApiFailure(404, "HTTP 404: Not Found");
        assertThat(outbox.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "b=2", "a=3");
    }

    @Test
    void anotherMachinesDocumentIsLeftAlone() {
        cloud.items.put("b", Map.of("robot_instance_id", "other"));
        assertThat(outbox.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "a=3");
        assertThat(outbox.conflicts()).isEqualTo(1);
    }

    /** Who may run SQL here may empty the table. */
    @Test
    void aQueueThatSomebodyHasEmptiedIsEmpty() throws SQLException {
        try (var connection = local.dataSource().getConnection(); var statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM cloud_outbox");
        }
        assertThat(outbox.deliver()).isZero();
        assertThat(outbox.update(new DocumentKey("t", "id", "a"), Map.of("n", 4))).isEqualTo(Map.of("updated", true));
    }

    @Test
    void theQueueSurvivesTheProgram() {
        CloudOutbox next = new CloudOutbox(new WriteQueue(local.dataSource(), 10), cloud, "m");
        assertThat(next.waiting()).isEqualTo(3);
        assertThat(next.deliver()).isZero();
        assertThat(cloud.written).containsExactly("a=1", "b=2", "a=3");
    }

    private static Map<String, Object> ours(String id, Object... more) {
        Map<String, Object> document = new LinkedHashMap<>(Map.of("id", id, "robot_instance_id", "m"));
        for (int i = 0; i < more.length; i += 2) {
            document.put((String) more[i], more[i + 1]);
        }
        return document;
    }

    /** A sync that ended while its last writes were still waiting read the row without them, and wrote it back. */
    @Test
    void aDocumentIsReadWithTheWritesThatWaitForIt() {
        outbox.update(new DocumentKey("t", "id", "c"), ours("c", "n", 4));
        outbox.update(new DocumentKey("t", "id", "c"), ours("c", "more", 5));
        outbox.set(new DocumentKey("t", "id", "d"), ours("d", "n", 6));
        cloud.items.put("c", ours("c", "kept", true));
        cloud.items.put("d", ours("d", "replaced", true));

        assertThat(outbox.get(new DocumentKey("t", "id", "c"))).isEqualTo(ours("c", "kept", true, "n", 4, "more", 5));
        assertThat(outbox.get(new DocumentKey("t", "id", "d"))).isEqualTo(ours("d", "n", 6));
        assertThat(outbox.get(new DocumentKey("t", "id", "e"))).isEqualTo(Map.of());
        assertThat(outbox.get(new DocumentKey("other", "id", "d"))).isEqualTo(ours("d", "replaced", true));
    }

    @Test
    void aScanShowsWhatWaitsAndNotWhatItNoLongerMatches() {
        outbox.update(new DocumentKey("u", "id", "turned"), ours("turned", "state", "done"));
        outbox.update(new DocumentKey("u", "id", "turning"), ours("turning", "state", "open"));
        outbox.set(new DocumentKey("u", "id", "made"), ours("made", "state", "open"));
        cloud.items.put("turned", ours("turned", "state", "open"));
        cloud.items.put("turning", ours("turning", "state", "done"));
        cloud.items.put("still", ours("still", "state", "open"));
        cloud.items.put("foreign", Map.of("id", "foreign", "robot_instance_id", "another", "state", "open"));

        List<DocumentStore.Filter> open = List.of(new DocumentStore.Filter("state", "open"), new DocumentStore.Filter("robot_instance_id", "m"));

        assertThat(Documents.list(outbox.scan("u", open))).extracting(item -> item.get("id")).containsExactlyInAnyOrder("turning", "still", "made");
    }

    /** What the delivery will set aside is not shown. */
    @Test
    void whatWillBeSetAsideIsNotShown() {
        outbox.set(new DocumentKey("t", "id", "theirs"), ours("theirs", "n", 1));
        outbox.update(new DocumentKey("t", "id", "gone"), ours("gone", "n", 1));
        Map<String, Object> theirs = Map.of("id", "theirs", "robot_instance_id", "another");
        cloud.items.put("theirs", theirs);
        cloud.items.put("gone", ours("gone", "deleted", true));

        assertThat(outbox.get(new DocumentKey("t", "id", "theirs"))).isEqualTo(theirs);
        assertThat(outbox.get(new DocumentKey("t", "id", "gone"))).isEqualTo(ours("gone", "deleted", true));
    }

    @Test
    void aCloudThatIsAwayCannotBeReadWhateverWaits() {
        cloud.reading = new PeerAway("away", null);

        assertThatThrownBy(() -> outbox.get(new DocumentKey("t", "id", "a"))).isSameAs(cloud.reading);
    }
}
