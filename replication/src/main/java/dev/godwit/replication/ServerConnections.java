package dev.godwit.replication;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Opens connections to one database of one server, each with the settings of {@link SessionSettings} in force.
 *
 * <p>Every call opens a new session that belongs to the caller, who closes it; a pool must not stand in between.
 * Implementations are safe for use by several threads.
 */
public interface ServerConnections {

    /**
     * Opens an ordinary session.
     *
     * @return the connection, in auto-commit mode
     * @throws SQLException if the server refuses or cannot be reached
     */
    Connection open() throws SQLException;

    /**
     * Opens a session that also understands the replication commands ({@code replication=database}).
     *
     * @return the connection, in auto-commit mode and simple query mode
     * @throws SQLException if the server refuses or cannot be reached
     */
    Connection openReplication() throws SQLException;

    /**
     * Gives connections by JDBC URL, through the driver manager.
     *
     * @param url a {@code jdbc:postgresql:} URL
     * @param properties user, password and what else the driver is to know; copied, and completed by the settings
     * @return the connections
     */
    static ServerConnections of(String url, Properties properties) {
        return new UrlConnections(url, properties);
    }
}
