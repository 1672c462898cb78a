package io.dromedary.admin;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;

/** Lets forms with files of 2 GiB in where other bodies end at 16 MiB; what arrives goes straight to the disk and is gone with its request. */
final class UploadBodies {

    static final String PATH = "/test/bucket/upload";
    /** The reference's limit of a file, and what a form needs around it. */
    private static final long LIMIT = (2L << 30) + (1 << 20);

    private UploadBodies() {
    }

    /** @param folder where files are kept while their request runs */
    static void allowOn(Router router, String folder) {
        router.route(HttpMethod.POST, PATH).order(Integer.MIN_VALUE + 1)
                .handler(BodyHandler.create(folder).setBodyLimit(LIMIT).setDeleteUploadedFilesOnEnd(true))
                .failureHandler(routing -> {
                    if (routing.statusCode() == 413) {
                        HttpErrors.answer(routing, 400, "File validation failed: File too large (max 2 GiB)");
                    } else {
                        routing.next();
                    }
                });
    }
}
