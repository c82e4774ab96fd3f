package dev.godwit.schema;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database with at least one of everything that is carried. */
final class ZooSchema {

    private ZooSchema() {}

    /** Executes the sections of {@code zoo.sql} that the server's version understands. */
    static void create(PostgresServer server, String database) throws SQLException {
        int major = Integer.parseInt(server.major());
        for (String section : text().split("(?m)^--@ since ")) {
            if (!section.isBlank()) {
                int end = section.indexOf('\n');
                if (Integer.parseInt(section.substring(0, end).strip()) <= major) {
                    execute(server, database, section.substring(end));
                }
            }
        }
    }

    /** Executes SQL as one simple query, whatever function bodies it holds. */
    static void execute(PostgresServer server, String database, String sql) throws SQLException {
        String url = server.url(database) + "?preferQueryMode=simple&user=" + server.superuser();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String text() {
        try (InputStream stream = ZooSchema.class.getResourceAsStream("zoo.sql")) {
            if (stream == null) {
                throw new IllegalStateException("zoo.sql is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
