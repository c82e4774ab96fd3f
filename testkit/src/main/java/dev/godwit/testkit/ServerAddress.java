package dev.godwit.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a server listens, and who may do everything there.
 *
 * @param host its host, in brackets if that is an IPv6 address
 * @param port its port
 * @param user the role that the testkit uses
 * @param password its password, empty where none is asked for
 * @param parameters what follows the database in a JDBC URL, such as {@code ?sslmode=require}; empty for nothing
 */
record ServerAddress(String host, int port, String user, String password, String parameters) {
    /** Name that the testkit's own sessions carry, so that a leak check can tell them from the tests'. */
    static final String OWN_SESSIONS = "godwit-testkit";

    String url(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8)
                + parameters;
    }

    Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(url(database), properties);
    }

    /** A session of the testkit itself. */
    Connection connectOwn(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", OWN_SESSIONS);
        properties.setProperty("connectTimeout", "10");
        return DriverManager.getConnection(url(database), properties);
    }

    DataSource dataSource(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url(database));
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " on " + host + ":" + port;
    }
}
