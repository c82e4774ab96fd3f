package dev.godwit.replication;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections by URL. */
final class UrlConnections implements ServerConnections {

    private static final String FACTORY = "socketFactory";
    private static final String TIMEOUT = "socketTimeout";
    private static final String LOGIN_SECONDS = "60";

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
        boolean watched = pinned.getProperty(FACTORY) == null
                && !url.contains(FACTORY + "=")
                && WatchedSocketFactory.isVisibleToDriver();
        if (!watched) {
            return connect(pinned);
        }
        String key = SocketActivity.expect();
        try {
            pinned.setProperty(FACTORY, WatchedSocketFactory.class.getName());
            pinned.setProperty(FACTORY + "Arg", key);
            Connection connection = connect(pinned);
            SocketActivity.connected(key, connection);
            return connection;
        } finally {
            SocketActivity.notConnected(key);
        }
    }

    /** Until the session is ready, a network that swallows packets must not be waited for; later, statements may take hours. */
    private Connection connect(Properties pinned) throws SQLException {
        String later = pinned.getProperty(TIMEOUT, "0");
        if (later.equals("0")) {
            pinned.setProperty(TIMEOUT, LOGIN_SECONDS);
        }
        Connection connection = DriverManager.getConnection(url, pinned);
        try {
            SessionSettings.applyAfterConnect(connection);
            if (later.equals("0")) {
                connection.setNetworkTimeout(Runnable::run, 0);
            }
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
