package io.dromedary.bucket;

import java.util.Set;
import java.util.function.Supplier;

import io.dromedary.proxies.ProxyFailure;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Calls of the store: what went wrong in the words of the reference, and a second try with new credentials. */
final class BucketCalls {

    /** What S3 says of credentials that are no longer good. */
    private static final Set<String> REFUSED = Set.of("ExpiredToken", "ExpiredTokenException", "InvalidToken", "InvalidAccessKeyId", "TokenRefreshRequired");

    private static final Set<String> SILENT = Set.of("400", "401", "403");

    private final AwsCredentialsProvider credentials;

    BucketCalls(AwsCredentialsProvider credentials) {
        this.credentials = credentials;
    }

    /** Runs an operation; what goes wrong is told in the reference's words. */
    <T> T trying(String what, Supplier<T> operation) {
        try {
            return authorized(operation);
        } catch (S3Exception e) {
            throw new ProxyFailure(what + " failed: " + code(e), e);
        } catch (SdkException e) {
            throw new ProxyFailure(what + " failed: " + e.getMessage(), e);
        } catch (ProxyFailure e) {
            throw e.getMessage().startsWith("Client initialization") ? e : new ProxyFailure(what + " failed: " + e.getMessage(), e);
        }
    }

    /** Credentials that have gone bad are fetched anew, once. */
    private <T> T authorized(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (S3Exception e) {
            if (credentials instanceof SessionCredentials session && areRefused(e)) {
                session.forget();
                return operation.get();
            }
            throw e;
        }
    }

    /** To HEAD there is a status only, and with an expired token it is 400. */
    private static boolean areRefused(S3Exception e) {
        String code = code(e);
        return REFUSED.contains(code) || SILENT.contains(code);
    }

    /** S3's code; an answer without a body, as to HEAD, has only a status. */
    private static String code(S3Exception e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null || code.isEmpty() ? Integer.toString(e.statusCode()) : code;
    }
}
