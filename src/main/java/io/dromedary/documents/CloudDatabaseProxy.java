package io.dromedary.documents;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import io.dromedary.proxies.BadParameter;
import io.dromedary.proxies.JsonClient;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/**
 * The cloud database: the reference's HTTP data API when its address is set, else an SQL database, PostgreSQL or the embedded one.
 * While it is away, writes are kept in order in the local database and delivered later; see {@link CloudOutbox}.
 */
public class CloudDatabaseProxy extends DocumentProxy implements CamelContextAware {

    /** The registry's name of the SQL database. */
    public static final String DATABASE = "cloudDatabase";

    private static final String EMBEDDED = "jdbc:sqlite:cloud";

    private String endpoint = "";
    private String accessTokenUrl = "";
    private String sqlAddress = EMBEDDED;
    private Duration limit = Duration.ofSeconds(30);
    private HttpDocumentStore.Paths paths = HttpDocumentStore.Paths.DEFAULT;
    private int outboxSize = 100_000;
    private CamelContext context;
    private CloudOutbox outbox;

    public CloudDatabaseProxy() {
        super("cloud", "CloudDBProxy");
    }

    /** The base of the HTTP data API; its path is kept as a prefix. Empty to use SQL, if there is any. */
    public void setEndpoint(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Where access tokens of the API come from. */
    public void setAccessTokenUrl(String accessTokenUrl) {
        this.accessTokenUrl = accessTokenUrl;
    }

    /** The JDBC address of the SQL database, from which its dialect is told; empty for the embedded one. */
    public void setSqlAddress(String sqlAddress) {
        this.sqlAddress = sqlAddress.isEmpty() ? EMBEDDED : sqlAddress;
    }

    /** The longest time of one request. */
    public void setRequestTimeout(Duration limit) {
        this.limit = limit;
    }

    /** Four paths of the API divided by commas: get, scan, update, set. */
    public void setPaths(String list) {
        paths = parsePaths(list);
    }

    /** How many writes are kept while the cloud is away; more are refused. */
    public void setOutboxSize(int outboxSize) {
        this.outboxSize = outboxSize;
    }

    static HttpDocumentStore.Paths parsePaths(String list) {
        String[] parts = list.split(",");
        if (parts.length != 4) {
            throw new BadParameter("Four paths are needed: get, scan, update, set");
        }
        return new HttpDocumentStore.Paths(parts[0].trim(), parts[1].trim(), parts[2].trim(), parts[3].trim());
    }

    @Override
    DocumentStore open() {
        DataSource local = context.getRegistry().lookupByNameAndType(LocalDatabaseProxy.DATABASE, DataSource.class);
        DataSource sql = context.getRegistry().lookupByNameAndType(DATABASE, DataSource.class);
        DocumentStore store = null;
        if (!endpoint.isEmpty()) {
            JsonClient client = new JsonClient(limit);
            AccessTokens tokens = accessTokenUrl.isEmpty() ? null : new AccessTokens(client, URI.create(accessTokenUrl), Clock.systemUTC());
            store = new HttpDocumentStore(client, URI.create(endpoint), paths, tokens, machineId());
        } else if (sql != null) {
            store = new SqlDocumentStore(sql, sqlAddress, maxDocumentBytes());
        }
        if (store == null || local == null) {
            return store;
        }
        outbox = new CloudOutbox(new WriteQueue(local, outboxSize), store, machineId());
        return outbox;
    }

    @Override
    String absentText() {
        return "Cloud database is not configured";
    }

    /** Delivers what was written while the cloud was away, as far as it can now. Returns how many writes are still waiting. */
    public int deliver() {
        return outbox == null || !isEnabled() ? 0 : outbox.deliver();
    }

    /** How many writes wait for the cloud. */
    public int waiting() {
        return outbox == null ? 0 : outbox.waiting();
    }

    /** How many waiting writes met a conflict and were set aside. */
    public int conflicts() {
        return outbox == null ? 0 : outbox.conflicts();
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }
}
