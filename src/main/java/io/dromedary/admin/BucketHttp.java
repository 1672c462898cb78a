package io.dromedary.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import io.dromedary.bucket.BucketProxy;
import io.dromedary.proxies.Answer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.SynchronizationAdapter;

/** The bucket over HTTP: forms in, files out. Bytes go through files on disk, never through memory. The bean {@code bucketHttp}. */
public class BucketHttp {

    private static final Set<String> TRUE = Set.of("true", "1", "yes", "on");

    /** In bytes it may be more than a file system takes; that is then its error. */
    private static final int MAX_NAME = 200;

    private BucketProxy proxy;
    private String machineId = "";
    private String sessionTokenUrl = "";
    private Path folder = Path.of(".");

    public void setProxy(BucketProxy proxy) {
        this.proxy = proxy;
    }

    public void setMachineId(String machineId) {
        this.machineId = machineId;
    }

    public void setSessionTokenUrl(String sessionTokenUrl) {
        this.sessionTokenUrl = sessionTokenUrl;
    }

    /** Where files are kept on their way. */
    public void setFolder(String folder) {
        this.folder = Path.of(folder);
    }

    /** {@code GET /test/bucket/list}. */
    public Map<String, Object> listed(Map<String, Object> answer) {
        Map<String, Object> shaped = new LinkedHashMap<>();
        shaped.put("success", true);
        shaped.put("message", "Files listed successfully");
        shaped.put("machine_id", machineId);
        answer.forEach(shaped::putIfAbsent);
        return shaped;
    }

    /** {@code GET /test/bucket/info}. */
    public Map<String, Object> info() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("bucket_name", proxy.bucket());
        config.put("upload_prefix", "flight_logs/");
        config.put("allowed_extensions", proxy.allowedExtensions());
        config.put("request_timeout", 30);
        config.put("debug", false);
        config.put("session_token_url", sessionTokenUrl.replaceFirst("//[^/]*@", "//").replaceFirst("\\?.*", ""));
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("s3_client_initialized", !proxy.bucket().isEmpty());
        status.put("credentials_cached", !proxy.bucket().isEmpty());
        status.put("credentials_expire_time", null);
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("success", true);
        info.put("config", config);
        info.put("status", status);
        return info;
    }

    /** The form of an upload: {@code file} and {@code custom_filename}. */
    public void received(Exchange exchange) throws IOException, HttpProblem {
        Message message = exchange.getMessage();
        var attachments = exchange.getMessage(AttachmentMessage.class);
        var names = attachments.getAttachmentNames();
        if (names.isEmpty()) {
            throw new HttpProblem(422, "The form lacks the field file");
        }
        var part = attachments.getAttachment(names.contains("file") ? "file" : names.iterator().next());
        String name = lastPart(part.getName() == null ? "file" : part.getName());
        String custom = message.getHeader("custom_filename", String.class);
        // Under a name of ours: any name can come, also one that no file can have.
        Path file = Files.createDirectories(folder).resolve(UUID.randomUUID() + ending(name));
        exchange.getExchangeExtension().addOnCompletion(removing(file));
        try (InputStream in = part.getInputStream()) {
            Files.copy(in, file);
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("file_path", file.toString());
        parameters.put("custom_filename", custom == null || custom.isEmpty() ? name : custom);
        message.removeHeaders("*");
        exchange.setVariable("originalFilename", name);
        message.setBody(parameters);
    }

    /** What stands behind the last slash, of either kind. */
    private static String lastPart(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static String ending(String name) {
        String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
        return ending.matches("\\.[A-Za-z0-9_-]{1,32}") ? ending : "";
    }

    private static Synchronization removing(Path file) {
        return new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange exchange) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    file.toFile().deleteOnExit();
                }
            }
        };
    }

    /** An upload that failed is 400, as in the reference. */
    @SuppressWarnings("unchecked")
    public void stored(Exchange exchange) throws HttpProblem {
        Map<String, Object> answer = exchange.getMessage().getBody(Map.class);
        if (answer.containsKey("error")) {
            throw new HttpProblem(kind(answer) == Answer.Kind.DISABLED ? 503 : 400, String.valueOf(answer.get("error")));
        }
        Map<String, Object> shaped = new LinkedHashMap<>(answer);
        shaped.put("message", "File uploaded successfully");
        shaped.put("machine_id", machineId);
        shaped.put("original_filename", exchange.getVariable("originalFilename"));
        exchange.getMessage().setBody(shaped);
    }

    private static Answer.Kind kind(Map<?, ?> answer) {
        return answer instanceof Answer known ? known.kind() : Answer.Kind.FAILED;
    }

    /** The parameters of a download; with {@code return_file=true} its bytes are the answer, otherwise it stays in the folder for transfers. */
    public void wanted(Exchange exchange) throws IOException, HttpProblem {
        Message message = exchange.getMessage();
        String key = key(message, "/test/bucket/download/");
        String name = lastPart(key);
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.length() > MAX_NAME) {
            throw new HttpProblem(422, "The key does not end in the name of a file");
        }
        boolean back = TRUE.contains(message.getHeader("return_file", "false", String.class).toLowerCase(Locale.ROOT));
        Path file = Files.createDirectories(folder).resolve(UUID.randomUUID().toString());
        if (back) {
            exchange.getExchangeExtension().addOnCompletion(removing(file));
        }
        message.removeHeaders("*");
        exchange.setVariable("returnFile", back);
        message.setBody(new LinkedHashMap<>(Map.of("s3_key", key, "local_path", back ? file.toString()
                : folder.resolveSibling("transfers").resolve(name).toString())));
    }

    /** The bytes of a download, or where they are. */
    public void fetched(Exchange exchange) throws HttpProblem, com.fasterxml.jackson.core.JsonProcessingException {
        Message message = exchange.getMessage();
        Map<?, ?> answer = message.getBody(Map.class);
        if (answer.containsKey("error")) {
            String text = String.valueOf(answer.get("error"));
            throw new HttpProblem(switch (kind(answer)) {
                case DISABLED -> 503;
                case REFUSED, INCOMPLETE -> 422;
                case NOT_THERE -> 404;
                default -> 500;
            }, text);
        }
        if (Boolean.TRUE.equals(exchange.getVariable("returnFile"))) {
            Path file = Path.of(String.valueOf(answer.get("local_path")));
            String name = lastPart(String.valueOf(answer.get("s3_key"))).replaceAll("[^A-Za-z0-9_.-]", "_");
            message.setHeader(Exchange.CONTENT_TYPE, "application/octet-stream");
            message.setHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
            message.setBody(file.toFile());
        } else {
            Map<String, Object> shaped = new LinkedHashMap<>();
            shaped.put("success", true);
            shaped.put("message", "File downloaded successfully");
            answer.forEach((field, value) -> shaped.putIfAbsent(String.valueOf(field), value));
            shaped.put("note", "The file is at local_path on this device; with return_file=true its content is the answer.");
            message.setBody(shaped);
            new HttpEdge().answer(exchange);
        }
    }

    /** The parameters of a deletion. */
    public void unwanted(Exchange exchange) {
        Message message = exchange.getMessage();
        String key = key(message, "/test/bucket/delete/");
        message.removeHeaders("*");
        message.setBody(new LinkedHashMap<>(Map.of("s3_key", key)));
    }

    private static String key(Message message, String prefix) {
        String path = message.getHeader(Exchange.HTTP_URI, "", String.class).replaceFirst("\\?.*", "");
        int begin = path.indexOf(prefix);
        return begin < 0 ? "" : URLDecoder.decode(path.substring(begin + prefix.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
