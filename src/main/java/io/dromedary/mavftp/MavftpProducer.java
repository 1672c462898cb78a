package io.dromedary.mavftp;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.dromedary.job.Cancellation;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.file.GenericFileProducer;
import org.apache.camel.support.SynchronizationAdapter;

/** Runs one operation on the files of a vehicle for each exchange. */
public class MavftpProducer extends GenericFileProducer<FtpEntry> {

    /** An operation: takes arguments and body from the message, puts the answer into it. */
    @FunctionalInterface
    interface Operation {
        void run(MavftpProducer producer, Exchange exchange) throws Exception;
    }

    private static final Map<String, Operation> OPERATIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("list", MavftpProducer::list), Map.entry("get", MavftpProducer::get), Map.entry("put", MavftpProducer::put),
            Map.entry("delete", MavftpProducer::delete), Map.entry("delete-many", MavftpProducer::deleteMany),
            Map.entry("rename", (p, e) -> p.simple(e, "rename", p.client().rename(p.path(e), p.required(e, "target", MavftpConstants.TARGET)))),
            Map.entry("mkdir", (p, e) -> p.simple(e, "mkdir", p.client().createDirectory(p.path(e)))),
            Map.entry("rmdir", (p, e) -> p.simple(e, "rmdir", p.client().removeDirectory(p.path(e)))),
            Map.entry("truncate", (p, e) -> p.simple(e, "truncate", p.client().truncate(p.path(e),
                    Long.parseLong(p.required(e, "length", MavftpConstants.LENGTH))))),
            Map.entry("crc", (p, e) -> e.getMessage().setBody(p.simple(e, "crc", p.client().crc32(p.path(e))))),
            Map.entry("list-ulogs", (p, e) -> e.getMessage().setBody(p.logs().ulogs(p.client(), p.path(e)))),
            Map.entry("list-error-logs", (p, e) -> e.getMessage().setBody(VehicleLogs.errorLogs(p.client(), p.path(e)))),
            Map.entry("cancel", (p, e) -> e.getMessage().setBody(p.client().cancel(p.path(e))))));

    private final MavftpEndpoint files;
    private final Operation operation;
    private VehicleFtp vehicle;
    private MavftpProgressProducer progress;

    MavftpProducer(MavftpEndpoint endpoint, Operation operation) {
        super(endpoint, null);
        this.files = endpoint;
        this.operation = operation;
    }

    /** @throws IllegalArgumentException when there is no such operation; the text names those there are */
    static Operation operation(String name) {
        Operation operation = OPERATIONS.get(name);
        if (operation == null) {
            throw new IllegalArgumentException("mavftp:" + name + " is no operation of a producer; there are " + OPERATIONS.keySet());
        }
        return operation;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        vehicle = files.getComponent().connect(files.getVehicle());
        String to = files.getVehicle().getProgressTo();
        progress = to == null ? null : new MavftpProgressProducer(files.getCamelContext(), to, files.getVehicle().getProgressInterval());
    }

    @Override
    protected void doStop() throws Exception {
        if (vehicle != null) {
            files.getComponent().disconnect(vehicle);
            vehicle = null;
        }
        if (progress != null) {
            progress.close();
            progress = null;
        }
        super.doStop();
    }

    @Override
    protected void doProcess(Exchange exchange) throws Exception {
        operation.run(this, exchange);
    }

    private FtpClient client() throws IOException {
        return vehicle.client();
    }

    private VehicleLogs logs() throws IOException {
        return new VehicleLogs(vehicle.link(), vehicle.system(), vehicle.component());
    }

    private String path(Exchange exchange) {
        return required(exchange, "path", MavftpConstants.PATH);
    }

    private String required(Exchange exchange, String option, String header) {
        String value = argument(exchange, option, header);
        if (value == null) {
            throw new IllegalArgumentException("mavftp:" + files.getOperationOrDirectory() + " needs the option " + option + ", the header "
                    + header + " or a map body with that key");
        }
        return value;
    }

    /** From a map body, else the header, else the option. */
    private String argument(Exchange exchange, String option, String header) {
        Message message = exchange.getMessage();
        Object value = message.getBody() instanceof Map<?, ?> body ? body.get(option) : null;
        value = value != null ? value : message.getHeader(header);
        if (value != null) {
            return value.toString();
        }
        MavftpConfiguration options = files.getVehicle();
        Object set = switch (option) {
            case "path" -> options.getPath();
            case "target" -> options.getTarget();
            default -> options.getLength();
        };
        return set == null ? null : set.toString();
    }

    /** Waits for a task, which stops when the job that the exchange works for is cancelled. */
    private static <T> FtpResult<T> await(Exchange exchange, FtpTask<T> task) throws IOException {
        Cancellation cancellation = exchange.getProperty(Cancellation.PROPERTY, Cancellation.class);
        if (cancellation == null) {
            return task.await();
        }
        try (Cancellation.Registration registration = cancellation.onCancel(task::cancel)) {
            return task.await();
        }
    }

    private <T> T simple(Exchange exchange, String name, FtpTask<T> task) throws IOException {
        FtpResult<T> result = await(exchange, task);
        files.getComponent().report(exchange.getMessage(), name, result.statistics());
        return result.value();
    }

    private void list(Exchange exchange) throws IOException {
        String directory = path(exchange);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (FtpEntry entry : simple(exchange, "list", client().list(directory))) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", entry.name());
            row.put("path", FtpNames.child(directory, entry.name()));
            row.put("directory", entry.directory());
            row.put("size", entry.size());
            row.put("modified", entry.modified() == null ? null : entry.modified().toString());
            rows.add(row);
        }
        exchange.getMessage().setBody(rows);
    }

    private void get(Exchange exchange) throws IOException {
        String path = path(exchange);
        String target = argument(exchange, "target", MavftpConstants.TARGET);
        Path local = target != null ? Path.of(target) : MavftpComponent.workFile(files.getVehicle(), path);
        FtpResult<FtpTransfer> result = await(exchange, client().get(path, local, FtpTask.Priority.BULK, progress(exchange, path)));
        files.getComponent().report(exchange.getMessage(), "get", result);
        File file = local.toFile();
        exchange.getMessage().setBody(file);
        if (target == null) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    file.delete();
                }
            });
        }
    }

    private void put(Exchange exchange) throws IOException, InvalidPayloadException {
        String path = path(exchange);
        FtpNames.requirePath(path);
        Object body = exchange.getMessage().getBody();
        Path source = body instanceof File file ? file.toPath() : body instanceof Path given ? given : null;
        Path spooled = null;
        try {
            if (source == null) {
                // an upload may have to begin again, so the content must be there twice
                spooled = Files.createTempFile("mavftp-put", ".tmp");
                try (InputStream in = exchange.getMessage().getMandatoryBody(InputStream.class)) {
                    Files.copy(in, spooled, StandardCopyOption.REPLACE_EXISTING);
                }
                source = spooled;
            }
            FtpResult<FtpTransfer> result = await(exchange, client().put(source, path, progress(exchange, path)));
            files.getComponent().report(exchange.getMessage(), "put", result);
        } finally {
            if (spooled != null) {
                Files.deleteIfExists(spooled);
            }
        }
    }

    private void delete(Exchange exchange) throws IOException {
        String path = path(exchange);
        try (AutoCloseableLogger logger = stopLogger(List.of(path))) {
            simple(exchange, "delete", client().remove(path));
        }
    }

    private void deleteMany(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        Object listed = body instanceof Map<?, ?> map ? map.get("paths") : body;
        if (!(listed instanceof Collection<?> collection)) {
            throw new IllegalArgumentException("mavftp:delete-many needs a list of paths as body, or a map with the key paths");
        }
        List<String> paths = new ArrayList<>();
        collection.forEach(p -> paths.add(String.valueOf(p)));
        try (AutoCloseableLogger logger = stopLogger(paths)) {
            List<FtpRemoval> removals = simple(exchange, "delete-many", client().removeAll(paths, progress(exchange, null)));
            List<Map<String, Object>> rows = new ArrayList<>();
            for (FtpRemoval removal : removals) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("path", removal.path());
                row.put("status", removal.removed() ? "deleted" : "failed");
                if (!removal.removed()) {
                    row.put("error", removal.error());
                }
                rows.add(row);
            }
            long deleted = removals.stream().filter(FtpRemoval::removed).count();
            exchange.getMessage().setBody(new LinkedHashMap<>(Map.of("total", rows.size(), "deleted", deleted,
                    "failed", rows.size() - deleted, "files", rows)));
        }
    }

    /** Starts the logger again when closed. */
    @FunctionalInterface
    private interface AutoCloseableLogger extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private AutoCloseableLogger stopLogger(List<String> paths) throws IOException {
        if (!files.getVehicle().isStopLogger() || paths.stream().noneMatch(p -> p.endsWith(".ulg"))) {
            return () -> { };
        }
        VehicleLogs logs = logs();
        logs.logger(false);
        return () -> logs.logger(true);
    }

    private FtpProgress progress(Exchange exchange, String path) {
        return progress == null ? FtpProgress.NONE : progress.of(exchange, path);
    }
}
