package dev.godwit.replication;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** Connections by URL. */
final class UrlConnections implements ServerConnections {

    private static final Set<String> SECRETS = Set.of("password", "sslpassword");
    private static final String FACTORY = "socketFactory";
    private static final String TIMEOUT = "socketTimeout";
    private static final String LOGIN_SECONDS = "60";

    private final String url;
    private final Properties properties;

    /** The driver logs the URL, so that secrets among its parameters become properties. */
    UrlConnections(String url, Properties properties) {
        this.properties = copy(properties);
        int question = url.indexOf('?');
        if (question < 0) {
            this.url = url;
            return;
        }
        List<String> shown = new ArrayList<>();
        for (String parameter : url.substring(question + 1).split("&")) {
            String[] parts = parameter.split("=", 2);
            if (parts.length == 2 && SECRETS.contains(parts[0])) {
                this.properties.setProperty(parts[0], decoded(parts[0], parts[1]));
            } else {
                shown.add(parameter);
            }
        }
        this.url = url.substring(0, question) + (shown.isEmpty() ? "" : "?" + String.join("&", shown));
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Neither the value nor the cause, which quotes it.
            throw new IllegalArgumentException("parameter " + name
                    + " of the URL is not encoded as URLs are: write % as %25, or give it as a property");
        }
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
        DriverLog.filter();
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
