package io.dromedary.vantiq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;

/**
 * The connector's TCP probe: while it is declared healthy a port accepts connections, and closes them at once. Nothing is read or written.
 */
final class TcpProbe {

    private static final long SECONDS = 10;

    private final Vertx vertx;
    private final String host;
    private final String port;
    private NetServer server;
    private Boolean healthy;

    /**
     * @param host the address to bind; {@code ::} is every address, as in the SDK
     * @param port a number or the name of a service
     */
    TcpProbe(Vertx vertx, String host, String port) {
        this.vertx = vertx;
        this.host = host;
        this.port = port;
    }

    /**
     * Opens the port; repeating it changes nothing.
     *
     * @throws VantiqException when the port cannot be opened; the state then stays what it was
     */
    synchronized void declareHealthy() {
        if (server == null) {
            NetServer opening = vertx.createNetServer(new NetServerOptions().setReuseAddress(true)).connectHandler(probe -> probe.close());
            await(opening.listen(portNumber(port), host), "The TCP probe cannot listen on port " + port);
            server = opening;
        }
        healthy = true;
    }

    /** Closes the port; repeating it changes nothing. */
    synchronized void declareUnhealthy() {
        close();
        healthy = false;
    }

    /** What was declared last: true, false, or null when nothing was. */
    synchronized Boolean isHealthy() {
        return healthy;
    }

    /** The open port, or -1. */
    synchronized int openPort() {
        return server == null ? -1 : server.actualPort();
    }

    /** Closes the port without a declaration. */
    synchronized void close() {
        if (server != null) {
            await(server.close(), "The TCP probe cannot be closed");
            server = null;
        }
    }

    private static void await(io.vertx.core.Future<?> future, String otherwise) {
        try {
            future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new VantiqException(otherwise + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new VantiqException(otherwise + " within " + SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VantiqException(otherwise + ": interrupted", e);
        }
    }

    /** A number, or what /etc/services says of a name, as Python's socket module does. */
    private static int portNumber(String text) {
        if (text.strip().matches("[0-9]{1,5}") && Integer.parseInt(text.strip()) <= 65535) {
            return Integer.parseInt(text.strip());
        }
        try (Stream<String> lines = Files.lines(Path.of("/etc/services"))) {
            return lines.map(line -> line.split("#")[0].trim().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals(text.strip()) && words[1].endsWith("/tcp"))
                    .map(words -> Integer.parseInt(words[1].substring(0, words[1].indexOf('/'))))
                    .findFirst().orElseThrow(() -> new VantiqConfigException("tcpProbePort is neither a port nor the name of a service"));
        } catch (IOException | NumberFormatException e) {
            throw new VantiqConfigException("tcpProbePort is no port number", e);
        }
    }
}
