package dev.godwit.replication;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections by URL. */
final class UrlConnections implements ServerConnections {

    private final String url;
    private final Properties properties;

    UrlConnections(String url, Properties properties) {
        this.url = url;
        this.properties = copy(properties);
    }

    @Override
    public Connection open() throws SQLException {
        Properties pinned = copy(properties);
        SessionSettings.pin(pinned);
        return open(pinned);
    }

    @Override
    public Connection openReplication() throws SQLException {
        Properties pinned = copy(properties);
        SessionSettings.pinReplication(pinned);
        return open(pinned);
    }

    private Connection open(Properties pinned) throws SQLException {
        Connection connection = DriverManager.getConnection(url, pinned);
        try {
            SessionSettings.applyAfterConnect(connection);
            return connection;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static Properties copy(Properties from) {
        Properties copy = new Properties();
        from.stringPropertyNames().forEach(name -> copy.setProperty(name, from.getProperty(name)));
        return copy;
    }
}
