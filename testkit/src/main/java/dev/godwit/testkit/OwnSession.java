package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session of the testkit itself in one database, begun when it is needed. Used by one thread. */
final class OwnSession implements AutoCloseable {
    private final PostgresServer server;
    private final String database;
    private @Nullable Connection connection;

    OwnSession(PostgresServer server, String database) {
        this.server = server;
        this.database = database;
    }

    /**
     * Runs statements, each in a transaction of its own.
     *
     * @throws TestkitException if one fails; the cause is the {@link SQLException}
     */
    void execute(String... statements) {
        try (Statement statement = connection().createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new TestkitException(
                    "Cannot execute on " + server + ", database " + database + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a query.
     *
     * @return the first column of every row as text; SQL null is the text {@code null}
     * @throws TestkitException if it fails; the cause is the {@link SQLException}
     */
    List<String> query(String sql) {
        try (Statement statement = connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new TestkitException("Cannot query " + server + ", database " + database + ": " + e.getMessage(), e);
        }
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = server.connectOwn(database);
            connection = open;
        }
        return open;
    }

    /** Ends the session; the next use begins another one. */
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            throw new TestkitException("Cannot end a session on " + server + ": " + e.getMessage(), e);
        }
    }
}
