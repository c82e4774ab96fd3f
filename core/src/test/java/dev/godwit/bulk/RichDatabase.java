package dev.godwit.bulk;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database with something of everything in it, as far as the source's version knows it, and traffic on all of its tables. */
final class RichDatabase {
    private final int major;
    private final String database;
    private final List<String> traffic;

    RichDatabase(String sourceMajor, String database) {
        this.major = Integer.parseInt(sourceMajor);
        this.database = database;
        this.traffic = statements("traffic.sql");
    }

    void create(PostgresServer server) throws SQLException {
        try (Connection connection = connect(server)) {
            execute(connection, List.of(String.join("\n", sections("rich.sql"))));
        }
    }

    /** One transaction that touches every table; the number makes it differ from the others. */
    void write(PostgresServer server, int number) throws SQLException {
        try (Connection connection = connect(server)) {
            connection.setAutoCommit(false);
            execute(
                    connection,
                    traffic.stream()
                            .map(sql -> sql.replace("$i", Integer.toString(number)))
                            .toList());
            connection.commit();
        }
    }

    /** TRUNCATE is in the stream since version 11. */
    void truncate(PostgresServer server) throws SQLException {
        if (major >= 11) {
            try (Connection connection = connect(server)) {
                execute(connection, List.of("TRUNCATE rich.emptied"));
            }
        }
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(e.getMessage() + "\n" + sql.substring(0, Math.min(300, sql.length())), e);
                }
            }
        }
    }

    /** Simple queries may hold several statements, and function bodies. */
    private Connection connect(PostgresServer server) throws SQLException {
        return DriverManager.getConnection(server.url(database) + "?preferQueryMode=simple&user=" + server.superuser());
    }

    private List<String> statements(String file) {
        List<String> statements = new ArrayList<>();
        for (String section : sections(file)) {
            for (String sql : section.split(";\n")) {
                if (!sql.isBlank()) {
                    statements.add(sql.strip());
                }
            }
        }
        return statements;
    }

    private List<String> sections(String file) {
        List<String> sections = new ArrayList<>();
        for (String section : text(file).split("(?m)^--@ since ")) {
            int end = section.indexOf('\n');
            if (end > 0 && Integer.parseInt(section.substring(0, end).strip()) <= major) {
                sections.add(section.substring(end + 1));
            }
        }
        return sections;
    }

    private static String text(String file) {
        try (InputStream stream = RichDatabase.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
