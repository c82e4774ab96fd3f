package dev.godwit;

import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * One database on one server, and how to log in. Immutable; each method gives a new endpoint.
 *
 * <p>Godwit opens its own connections, among them replication connections, so the URL must lead to the server itself, not to
 * a pool.
 */
public final class Endpoint {
    private final String url;

    @Nullable
    private final Credentials credentials;

    private final Map<String, String> properties;

    private Endpoint(String url, @Nullable Credentials credentials, Map<String, String> properties) {
        this.url = url;
        this.credentials = credentials;
        this.properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /**
     * Names a database.
     *
     * @param url a JDBC URL, {@code jdbc:postgresql://host:port/database}, with parameters of the driver if need be
     * @return the endpoint
     * @throws IllegalArgumentException if the driver does not understand the URL
     */
    public static Endpoint of(String url) {
        if (Driver.parseURL(url, new Properties()) == null) {
            throw new IllegalArgumentException("not a PostgreSQL JDBC URL: '" + withoutParameters(url)
                    + "'; the form is jdbc:postgresql://host:port/database");
        }
        return new Endpoint(url, null, Map.of());
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
     * @throws IllegalArgumentException if the driver has no such property
     */
    public Endpoint property(String name, String value) {
        if (PGProperty.forName(name) == null) {
            throw new IllegalArgumentException("the PostgreSQL driver has no connection property '" + name + "'");
        }
        Map<String, String> changed = new TreeMap<>(properties);
        changed.put(name, value);
        return new Endpoint(url, credentials, changed);
    }

    /** Gives server and database, without parameters. */
    @Override
    public String toString() {
        return withoutParameters(url);
    }

    String url() {
        return url;
    }

    @Nullable
    Credentials credentialsOrNull() {
        return credentials;
    }

    Map<String, String> properties() {
        return properties;
    }

    private static String withoutParameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }
}
