package io.dromedary.vantiq;

import java.time.Duration;
import java.util.Map;

import io.dromedary.vantiq.ConnectionListener.End;

/** The opening of a connection: the token, its answer, the source, its configuration. Used on one event loop only. */
final class Login {

    private static final int OK = 200;
    private static final int REFUSED = 300;
    /** Other frames the SDK skips while it waits for the configuration. */
    private static final int SKIPPED_FRAMES = 10;

    private final VantiqConnection connection;
    private final VantiqSettings settings;
    private boolean tokenAccepted;
    private int skipped;
    private long sentNanos;
    private Duration roundTrip = Duration.ZERO;

    Login(VantiqConnection connection, VantiqSettings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /** Hands over the token; every frame is then for {@link #answered}, until the configuration has come. */
    void begin(String token) {
        ask(VantiqFrames.validate(token), "the server did not answer the login");
    }

    void answered(VantiqMessage answer) {
        if (tokenAccepted) {
            sourceAnswered(answer);
        } else {
            tokenAnswered(answer);
        }
    }

    /** How long the server took to answer: the shorter of the two times, since the first one in a cold process measures class loading. */
    Duration roundTrip() {
        return roundTrip;
    }

    private void ask(byte[] frame, String otherwise) {
        connection.limit(settings.times().login(), otherwise);
        sentNanos = System.nanoTime();
        connection.write(frame);
        connection.flush();
    }

    private void tokenAnswered(VantiqMessage answer) {
        roundTrip = Duration.ofNanos(System.nanoTime() - sentNanos);
        if (answer.hasStatus() && answer.status() != OK) {
            connection.close(End.LOGIN_REFUSED, VantiqConnection.INTERNAL, "",
                    "Connect call failed: " + answer.status() + " :: " + VantiqFrames.describe(answer.body()));
            return;
        }
        tokenAccepted = true;
        ask(VantiqFrames.connectExtension(settings.source(), settings.reconnectSecret()),
                "the server did not send the configuration of " + settings.source());
    }

    @SuppressWarnings("unchecked")
    private void sourceAnswered(VantiqMessage answer) {
        Duration second = Duration.ofNanos(System.nanoTime() - sentNanos);
        roundTrip = second.compareTo(roundTrip) < 0 ? second : roundTrip;
        if (answer.op() == null) {
            if (answer.hasStatus() && answer.status() >= REFUSED) {
                connection.close(End.FAILED, VantiqConnection.NORMAL, "", "the server refused the source " + settings.source() + ": "
                        + answer.status() + " :: " + VantiqFrames.describe(answer.body()));
            } else if (++skipped > SKIPPED_FRAMES) {
                connection.closeFailed("the server sent no configuration");
            }
        } else if (answer.op().equals("configureExtension") && answer.object() instanceof Map<?, ?> object
                && object.get("config") instanceof Map<?, ?> configuration) {
            connection.configured((Map<String, Object>) configuration);
        } else {
            connection.closeFailed("the server sent no configuration, but " + answer.op());
        }
    }
}
