package dev.godwit.config;

import dev.godwit.Credentials;
import dev.godwit.Endpoint;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A server, and who connects to it. Immutable; the password is given to nobody but the endpoint that connects. */
public final class TaskConnection {
    static final String DEFAULT_DATABASE = "postgres";
    static final int DEFAULT_PORT = 5432;

    private final String serverName;
    private final int port;
    private final String databaseName;

    @Nullable
    private final String userName;

    @Nullable
    private final String password;

    private final Map<String, String> properties;

    TaskConnection(String serverName, int port, String databaseName, Login login, Map<String, String> properties) {
        this.serverName = serverName;
        this.port = port;
        this.databaseName = databaseName;
        this.userName = login.userName();
        this.password = login.password();
        this.properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** What is known of who connects. */
    record Login(@Nullable String userName, @Nullable String password) {
        @Override
        public String toString() {
            return "Login[userName=" + userName + "]";
        }
    }

    /**
     * Gives the server.
     *
     * @return a host name or an address
     */
    public String serverName() {
        return serverName;
    }

    /**
     * Gives the port.
     *
     * @return 1 to 65535; 5432 by default
     */
    public int port() {
        return port;
    }

    /**
     * Gives the database that is connected to where it is about the server as a whole, and which is migrated where the task has no
     * list of databases.
     *
     * @return its name; {@code postgres} by default
     */
    public String databaseName() {
        return databaseName;
    }

    /**
     * Gives the role.
     *
     * @return its name; empty if the credentials are asked for it
     */
    public Optional<String> userName() {
        return Optional.ofNullable(userName);
    }

    /**
     * Tells whether the file holds the password.
     *
     * @return false if the credentials are asked for it
     */
    public boolean hasPassword() {
        return password != null;
    }

    /**
     * Gives the driver's connection properties, those of TLS among them.
     *
     * @return values by name
     */
    public Map<String, String> properties() {
        return properties;
    }

    /**
     * Gives one of the server's databases, to connect to.
     *
     * @param database its name
     * @param credentials asked for what the file does not hold, when a connection is made
     * @return the endpoint
     */
    public Endpoint endpoint(String database, Credentials credentials) {
        Endpoint endpoint = Endpoint.of(
                "jdbc:postgresql://" + host() + ":" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8));
        for (Map.Entry<String, String> property : properties.entrySet()) {
            endpoint = endpoint.property(property.getKey(), property.getValue());
        }
        if (userName == null) {
            return endpoint.credentials(credentials);
        }
        return endpoint.credentials(
                password == null ? new NamedRole(userName, credentials) : Credentials.of(userName, password));
    }

    private String host() {
        return serverName.indexOf(':') >= 0 && !serverName.startsWith("[") ? "[" + serverName + "]" : serverName;
    }

    /** Gives what tells servers apart, as far as their names do. */
    String server() {
        return serverName.toLowerCase(Locale.ROOT) + ":" + port;
    }

    /** Tells whether another leads to the same server in the same way, whatever the database. */
    boolean sameServer(TaskConnection other) {
        return server().equals(other.server())
                && Objects.equals(userName, other.userName)
                && properties.equals(other.properties);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskConnection connection
                && connection.serverName.equals(serverName)
                && connection.port == port
                && connection.databaseName.equals(databaseName)
                && Objects.equals(connection.userName, userName)
                && Objects.equals(connection.password, password)
                && connection.properties.equals(properties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(serverName, port, databaseName, userName, properties);
    }

    /** Gives server, port and database. */
    @Override
    public String toString() {
        return serverName + ":" + port + "/" + databaseName;
    }
}
