package io.dromedary.documents;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import javax.sql.DataSource;

import io.dromedary.proxies.JsonClient;
import io.dromedary.proxies.Parameters;
import io.dromedary.proxies.ProxyFailure;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/**
 * The local database: embedded SQL, or the reference's HTTP data API when its address is set. On SQL it also serves statements of the
 * caller, with bound parameters only.
 */
public class LocalDatabaseProxy extends DocumentProxy implements CamelContextAware {

    /** The registry's name of the embedded database. */
    public static final String DATABASE = "localDatabase";

    private String backend = "embedded";
    private String host = "localhost";
    private int port = 3000;
    private Duration limit = Duration.ofSeconds(30);
    private HttpDocumentStore.Paths paths = HttpDocumentStore.Paths.DEFAULT;
    private CamelContext context;
    private SqlStatements statements;

    public LocalDatabaseProxy() {
        super("db", "LocalDBProxy");
    }

    /** {@code embedded}, {@code http} for the reference's data API, or {@code none}. */
    public void setBackend(String backend) {
        this.backend = backend;
    }

    /** Where the HTTP data API is. */
    public void setHost(String host) {
        this.host = host;
    }

    public void setPort(int port) {
        this.port = port;
    }

    /** The longest time of one request. */
    public void setRequestTimeout(Duration limit) {
        this.limit = limit;
    }

    /** Four paths of the API divided by commas: get, scan, update, set. */
    public void setPaths(String list) {
        paths = CloudDatabaseProxy.parsePaths(list);
    }

    @Override
    DocumentStore open() {
        DataSource embedded = context.getRegistry().lookupByNameAndType(DATABASE, DataSource.class);
        if (backend.equals("http")) {
            return new HttpDocumentStore(new JsonClient(limit), URI.create("http://" + host + ":" + port), paths, null, machineId());
        }
        if (embedded == null || !backend.equals("embedded")) {
            return null;
        }
        statements = new SqlStatements(embedded);
        return new SqlDocumentStore(embedded, "jdbc:sqlite:local", maxDocumentBytes());
    }

    @Override
    String absentText() {
        return "Local database is not configured";
    }

    private SqlStatements statements() {
        store();
        if (statements == null) {
            throw new ProxyFailure("SQL is not available: the local database is an HTTP data API");
        }
        return statements;
    }

    /** Runs one statement: {@code sql, params}. Rows for a query, otherwise how many rows changed. */
    public Map<String, Object> executeQuery(Map<String, Object> body) {
        return data(body, parameters -> statements().execute(sql(parameters), parameters.list("params", SqlStatements.MAX_PARAMETERS)));
    }

    /** The first row of a query, or null: {@code sql, params}. */
    public Map<String, Object> fetchOne(Map<String, Object> body) {
        return data(body, parameters -> statements().fetch(sql(parameters), parameters.list("params", SqlStatements.MAX_PARAMETERS), 1)
                .stream().findFirst().orElse(null));
    }

    /** All rows of a query: {@code sql, params}. */
    public Map<String, Object> fetchAll(Map<String, Object> body) {
        return data(body, parameters -> statements().fetch(sql(parameters), parameters.list("params", SqlStatements.MAX_PARAMETERS), 0));
    }

    private static String sql(Parameters parameters) {
        return parameters.only("sql", "params").text("sql");
    }

    /** Inserts one row: {@code table, data}. */
    public Map<String, Object> insert(Map<String, Object> body) {
        return data(body, parameters -> statements().insert(parameters.only("table", "data").text("table"), parameters.object("data")));
    }

    /** Changes the rows in which all fields of {@code where} are equal: {@code table, data, where}. */
    public Map<String, Object> update(Map<String, Object> body) {
        return data(body, parameters -> statements().update(parameters.only("table", "data", "where").text("table"),
                parameters.object("data"), parameters.object("where")));
    }

    /** Deletes the rows in which all fields of {@code where} are equal: {@code table, where}. */
    public Map<String, Object> delete(Map<String, Object> body) {
        return data(body, parameters -> statements().delete(parameters.only("table", "where").text("table"), parameters.object("where")));
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
