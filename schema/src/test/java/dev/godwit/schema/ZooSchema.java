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
import java.util.List;

/**
 * Databases to carry: {@code zoo} has at least one of what most databases have, {@code corners} what is easy to get wrong, {@code unseen}
 * and {@code called} what came of writing schemas without a look at the code, the others every class and option of their kind.
 */
final class ZooSchema {

    static final List<String> DATABASES = List.of(
            "zoo",
            "corners",
            "types",
            "operators",
            "textsearch",
            "routines",
            "foreign",
            "tables",
            "views",
            "unseen",
            "called");

    /** An object of each class by each name that is easy to get wrong. */
    static final String NAMES = "names";

    private ZooSchema() {}

    /** Creates a database on two servers, and executes files on the first. */
    static void create(PostgresServer old, String database, PostgresServer fresh, String... files) throws SQLException {
        old.createDatabase(database);
        fresh.createDatabase(database);
        for (String file : files) {
            create(old, database, file);
        }
    }

    /** Creates the roles of {@code owned.sql} unless they are there. */
    static void createRoles(PostgresServer server) {
        if (server.query("postgres", "SELECT rolname FROM pg_roles WHERE rolname = 'reader'")
                .isEmpty()) {
            server.execute(
                    "postgres",
                    "CREATE ROLE owner_a",
                    "CREATE ROLE \"Owner \"\"B\"\"\"",
                    "CREATE ROLE \"owner.c%\"",
                    // Materialized views are refreshed with what their owners may read.
                    "DO $$ BEGIN GRANT pg_read_all_data TO owner_a, \"Owner \"\"B\"\"\", \"owner.c%\";"
                            + " EXCEPTION WHEN undefined_object THEN NULL; END $$",
                    "CREATE ROLE owner_super SUPERUSER",
                    "CREATE ROLE reader",
                    "CREATE ROLE writer",
                    "CREATE ROLE \"Wri.\"\"%ter\"");
        }
    }

    static void create(PostgresServer server, String database) throws SQLException {
        create(server, database, "zoo.sql");
    }

    /** Executes a file; of one in sections those that the server's version understands. */
    static void create(PostgresServer server, String database, String file) throws SQLException {
        int major = Integer.parseInt(server.major());
        String[] sections = text(file).split("(?m)^--@ since ");
        if (sections.length == 1) {
            execute(server, database, sections[0]);
            return;
        }
        for (String section : sections) {
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

    /** The text of a file beside this class. */
    static String text(String file) {
        try (InputStream stream = ZooSchema.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
