package io.dromedary.routetest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.apache.camel.spi.FactoryFinder;

/**
 * Remembers from one test's Camel to the next what Camel looks up by name on the class path, also what is not there. Half the time
 * of the shipped tests went into asking some hundred jars again.
 */
final class KnownServices extends DefaultClassResolver {

    /** Names are those of Camel's parts and of the classes of beans. */
    private static final int MAX = 4_096;
    private static final Map<String, Optional<byte[]>> KNOWN = new ConcurrentHashMap<>();

    KnownServices(CamelContext context) {
        super(context);
    }

    @Override
    public InputStream loadResourceAsStream(String uri) {
        if (!uri.startsWith(FactoryFinder.DEFAULT_PATH)) {
            return super.loadResourceAsStream(uri);
        }
        Optional<byte[]> content = KNOWN.get(uri);
        if (content == null) {
            content = read(uri);
            if (KNOWN.size() < MAX) {
                KNOWN.put(uri, content);
            }
        }
        return content.map(ByteArrayInputStream::new).orElse(null);
    }

    private Optional<byte[]> read(String uri) {
        try (InputStream in = super.loadResourceAsStream(uri)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
