package io.dromedary.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.describe.ReferencePages;
import io.dromedary.embedded.DataDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dromedary docs}: prints the interface documents of what runs, and writes reference pages of what lies in folders. */
@Command(name = "docs", mixinStandardHelpOptions = true, description = "Describes what runs (asyncapi, openapi) or what lies in a folder (commands, kamelets).",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "3:nothing is running", "4:it did not answer in time"})
final class DocsCommand implements Runnable {

    private static final int OK = 200;

    private final Settings settings = Settings.ofProcess();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say asyncapi, openapi, commands or kamelets.");
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints the bus of the running system as AsyncAPI 3.")
    int asyncapi(@Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10", description = "How long to wait (default: ${DEFAULT-VALUE}).") double timeout)
            throws IOException, InterruptedException {
        return print("/asyncapi.json", timeout);
    }

    @Command(mixinStandardHelpOptions = true, description = "Prints the HTTP paths of the running system as OpenAPI 3.")
    int openapi(@Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10", description = "How long to wait (default: ${DEFAULT-VALUE}).") double timeout)
            throws IOException, InterruptedException {
        return print("/openapi.json", timeout);
    }

    @Command(mixinStandardHelpOptions = true, description = "Writes a page for each command of a folder of routes, and an index.")
    int commands(@Parameters(paramLabel = "ROUTES", description = "A folder with commands/<petal>/.") Path routes,
            @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where the pages go; what is written by hand there is kept.") Path out) throws IOException {
        return write(ReferencePages.commands(folder(routes), out), out);
    }

    @Command(mixinStandardHelpOptions = true, description = "Writes a page for each kamelet of a folder, and an index.")
    int kamelets(@Parameters(paramLabel = "KAMELETS", description = "A folder with kamelets.") Path kamelets,
            @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where the pages go; what is written by hand there is kept.") Path out) throws IOException {
        return write(ReferencePages.kamelets(folder(kamelets), out), out);
    }

    private Path folder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "There is no folder " + folder + ".");
        }
        return folder;
    }

    private static int write(Map<String, String> pages, Path out) throws IOException {
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Path file = out.resolve(page.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, page.getValue());
        }
        return ExitCode.DONE;
    }

    private int print(String path, double seconds) throws IOException, InterruptedException {
        URI address = URI.create("http://" + host() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofMillis((long) (seconds * 1000)));
        credentials(request);
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != OK) {
                spec.commandLine().getErr().println("dromedary: " + address + " answers " + answer.statusCode() + ": " + answer.body().strip());
                return ExitCode.FAILED;
            }
            PrintWriter out = spec.commandLine().getOut();
            out.print(answer.body());
            out.flush();
            return ExitCode.DONE;
        } catch (ConnectException e) {
            spec.commandLine().getErr().println("dromedary: nothing answers at " + address.getAuthority() + "; is it running with this DROMEDARY_DATA_DIR?");
            return ExitCode.UNREACHABLE;
        } catch (HttpTimeoutException e) {
            spec.commandLine().getErr().println("dromedary: no answer from " + address.getAuthority() + " in time.");
            return ExitCode.TIMED_OUT;
        }
    }

    /** Where the instance that runs with the data directory listens, or where one would by default. */
    private String host() throws IOException {
        Path file = Path.of(settings.value(DataDirectory.SETTING, "data")).resolve(Application.ADDRESS_FILE);
        Object known = Files.exists(file) ? new ObjectMapper().readValue(file.toFile(), Map.class).get("http") : null;
        return known != null ? known.toString().replace("0.0.0.0:", "127.0.0.1:") : "127.0.0.1:" + settings.port("DROMEDARY_HTTP_PORT", 9000);
    }

    private void credentials(HttpRequest.Builder request) {
        String token = settings.value("DROMEDARY_HTTP_TOKEN", "");
        String password = settings.value("DROMEDARY_HTTP_PASSWORD", "");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        } else if (!password.isEmpty()) {
            String both = settings.value("DROMEDARY_HTTP_USERNAME", "admin") + ":" + password;
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
