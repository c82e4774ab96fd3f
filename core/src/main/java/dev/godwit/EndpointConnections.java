package dev.godwit;

import dev.godwit.internal.plan.TlsMode;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.SourceLogin;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens connections to an endpoint, and says what to do when that fails. */
final class EndpointConnections implements ServerConnections, SourceLogin, TlsMode, Serializable {
    private static final long serialVersionUID = 1L;
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private final String role;
    private final Endpoint endpoint;
    /** Whose credentials are asked for, also where another database of its server is meant. */
    private final Endpoint login;

    private final String applicationName;

    /**
     * @param role {@code source} or {@code target}, for messages
     * @param migration names the sessions in {@code pg_stat_activity}
     */
    EndpointConnections(String role, Endpoint endpoint, String migration) {
        this(role, endpoint, endpoint, "godwit-" + migration);
    }

    private EndpointConnections(String role, Endpoint endpoint, Endpoint login, String applicationName) {
        this.role = role;
        this.endpoint = endpoint;
        this.login = login;
        this.applicationName = applicationName;
    }

    /** Gives connections to another database of the same server, as the same user. */
    ServerConnections database(String name) {
        return new EndpointConnections(role, login.database(name), login, applicationName);
    }

    @Override
    public Connection open() throws SQLException {
        return open(false);
    }

    @Override
    public Connection openReplication() throws SQLException {
        return open(true);
    }

    @Override
    public String sslMode() {
        // As the driver decides where nobody says how.
        String ssl = endpoint.properties().getOrDefault("ssl", "false");
        boolean wanted = ssl.isEmpty() || Boolean.parseBoolean(ssl);
        return endpoint.properties().getOrDefault("sslmode", wanted ? "verify-full" : "prefer");
    }

    @Override
    public Properties lookup() throws SQLException {
        return Objects.requireNonNull(Driver.parseURL(endpoint.url(), properties()));
    }

    private Connection open(boolean replication) throws SQLException {
        Properties properties = properties();
        ServerConnections server = ServerConnections.of(endpoint.url(), properties);
        try {
            return replication ? server.openReplication() : server.open();
        } catch (SQLException e) {
            throw ConnectFailure.explain(e, role, endpoint, properties.getProperty("user"), replication);
        }
    }

    private Properties properties() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.putAll(endpoint.properties());
        properties.setProperty("ApplicationName", applicationName);
        // A source that was closed at a cutover still lets slot and publication be dropped.
        String options = properties.getProperty("options");
        properties.setProperty(
                "options", (options == null ? "" : options + " ") + "-c default_transaction_read_only=off");
        Credentials credentials = endpoint.credentialsOrNull();
        if (credentials != null) {
            Credentials.Login found = lookUp(credentials);
            properties.setProperty("user", found.user());
            if (found.password() != null) {
                properties.setProperty("password", found.password());
            }
        }
        return properties;
    }

    private Credentials.Login lookUp(Credentials credentials) throws SQLException {
        try {
            return credentials.lookup(login.toString());
        } catch (Exception e) {
            throw new SQLException(
                    "the credentials for the " + role + " " + endpoint + " could not be looked up: " + e.getMessage(),
                    "28000",
                    e);
        }
    }

    /** Gives what a message may show. */
    @Override
    public String toString() {
        return role + " " + endpoint;
    }
}
