package dev.godwit;

import dev.godwit.replication.ServerConnections;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * One database on one server, and how to log in. Immutable; each method gives a new endpoint.
 *
 * <p>Godwit opens its own connections, among them replication connections, so the URL must lead to the server itself, not to
 * a pool.
 *
 * <p>Can be serialised if it holds no secret, that is if its {@link Credentials} are serialisable themselves.
 */
public final class Endpoint implements ServerConnections, Serializable {
    private static final long serialVersionUID = 1L;

    /** Properties of the driver that hold a secret. */
    private static final List<String> SECRETS = List.of("password", "sslpassword");

    /** Without parameters. */
    private final String url;

    /** Asked for each connection; null where the driver finds out. */
    @Nullable
    private final Credentials credentials;

    /** Of the driver, the URL's parameters among them. */
    private final Map<String, String> properties;

    private Endpoint(String url, @Nullable Credentials credentials, Map<String, String> properties) {
        this.url = url;
        this.credentials = credentials;
        this.properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /**
     * Names a database. Which server and database is up to the URL's address alone.
     *
     * @param url a JDBC URL, {@code jdbc:postgresql://host:port/database}, with parameters of the driver if need be
     * @return the endpoint
     * @throws IllegalArgumentException if the driver does not understand the URL, of which the message shows nothing, since it may hold a
     *     password; or if it has a parameter that would lead elsewhere than its address: {@code host}, {@code port}, {@code dbname},
     *     {@code service}, and what libpq's environment calls them
     */
    public static Endpoint of(String url) {
        JdbcUrl parsed = JdbcUrl.of(url);
        return new Endpoint(parsed.address(), null, parsed.parameters());
    }

    /**
     * Sets where user and password come from. Default: the URL's parameters, then what the driver itself finds
     * ({@code ~/.pgpass}, the operating system's user).
     *
     * @param credentials asked for each connection
     * @return a new endpoint
     */
    public Endpoint credentials(Credentials credentials) {
        return new Endpoint(url, credentials, properties);
    }

    /**
     * Sets user and password.
     *
     * @param user the role's name
     * @param password the password
     * @return a new endpoint
     */
    public Endpoint credentials(String user, String password) {
        return credentials(Credentials.of(user, password));
    }

    /**
     * Sets a connection property of the driver, such as {@code sslrootcert}. Properties that change the form of values are
     * pinned by Godwit and cannot be set.
     *
     * @param name the property's name
     * @param value its value
     * @return a new endpoint
     * @throws IllegalArgumentException if the driver has no such property, or it would lead elsewhere than the URL's address, as
     *     {@code PGPORT} and {@code service} do
     */
    public Endpoint property(String name, String value) {
        JdbcUrl.requireNoAddress(name);
        if (PGProperty.forName(name) == null) {
            throw new IllegalArgumentException("the PostgreSQL driver has no connection property '" + name + "'");
        }
        Map<String, String> changed = new TreeMap<>(properties);
        changed.put(name, value);
        return new Endpoint(url, credentials, changed);
    }

    /**
     * Opens a session of one's own, for what asks for no more than that, such as {@code MigrationStatus.read}; a migration opens its
     * sessions by itself.
     */
    @Override
    public Connection open() throws SQLException {
        return connections().open();
    }

    /** Opens a replication session of one's own; see {@link #open}. */
    @Override
    public Connection openReplication() throws SQLException {
        return connections().openReplication();
    }

    private ServerConnections connections() {
        return new EndpointConnections("server", this, "status");
    }

    /** Gives server and database, without parameters. */
    @Override
    public String toString() {
        return url;
    }

    /**
     * Gives the URL to connect with, without its parameters, which are among the properties: in the URL they would go before
     * what Godwit pins.
     *
     * @return {@code jdbc:postgresql://host:port/database}
     */
    public String url() {
        return url;
    }

    /**
     * Gives the role's name where it is known without looking anything up.
     *
     * @return the user; empty if the credentials, or the driver, have to be asked
     */
    public Optional<String> user() {
        return credentials == null ? Optional.ofNullable(properties.get("user")) : credentials.user();
    }

    /**
     * Gives the connection properties that hold no secret.
     *
     * @return by name; what stood in the URL among them
     */
    public Map<String, String> openProperties() {
        Map<String, String> open = new TreeMap<>(properties);
        open.keySet().removeAll(SECRETS);
        return open;
    }

    /** Gives the name of the database; empty if the URL leaves it to the driver. */
    String database() {
        String path = url.substring(authority().length());
        String name = path.startsWith("/") ? path.substring(1) : path;
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }

    /** Gives another database of the same server, with the same login. */
    Endpoint database(String name) {
        String separator = url.startsWith(JdbcUrl.SCHEME + "//") ? "/" : "";
        return new Endpoint(
                authority() + separator + URLEncoder.encode(name, StandardCharsets.UTF_8), credentials, properties);
    }

    /** Gives the URL up to what names the database: {@code jdbc:postgresql:}, with hosts and ports if it has any. */
    private String authority() {
        if (!url.startsWith(JdbcUrl.SCHEME + "//")) {
            return JdbcUrl.SCHEME;
        }
        int slash = url.indexOf('/', JdbcUrl.SCHEME.length() + 2);
        return slash < 0 ? url : url.substring(0, slash);
    }

    @Nullable
    Credentials credentialsOrNull() {
        return credentials;
    }

    Map<String, String> properties() {
        return properties;
    }

    /**
     * Secrets do not travel.
     *
     * @param out where the endpoint goes
     * @throws IOException if it holds a secret
     */
    private void writeObject(ObjectOutputStream out) throws IOException {
        String secret = SECRETS.stream()
                .filter(properties::containsKey)
                .map(name -> "property " + name)
                .findFirst()
                .orElse(credentials == null || credentials instanceof Serializable ? null : "its credentials");
        if (secret != null) {
            throw new NotSerializableException(
                    "endpoint " + this + " cannot be sent to another process, because of " + secret
                            + ": give Endpoint.credentials() an object that is Serializable and looks the secret up where it runs");
        }
        out.defaultWriteObject();
    }
}
