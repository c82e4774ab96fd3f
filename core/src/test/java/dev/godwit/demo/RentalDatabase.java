package dev.godwit.demo;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The database of the rental business: the SQL resources beside this class. */
final class RentalDatabase {

    static final String NAME = "rentals";

    private RentalDatabase() {}

    /** Creates the database with all that is in it. */
    static void create(PostgresServer server, double scale) throws SQLException, IOException {
        server.createDatabase(NAME);
        run(server, scale, "1-tables.sql", "2-data.sql", "3-rules.sql");
    }

    /** Fills an empty database with all but the rows. */
    static void createSchema(PostgresServer server) throws SQLException, IOException {
        run(server, 1, "1-tables.sql", "3-rules.sql");
    }

    private static void run(PostgresServer server, double scale, String... scripts) throws SQLException, IOException {
        try (Connection connection = server.connect(NAME);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET synchronous_commit = off; SET maintenance_work_mem = '128MB'; SET work_mem = '64MB'");
            statement.execute("SET demo.scale = '" + scale + "'");
            for (String script : scripts) {
                statement.execute(read(script));
            }
        }
    }

    private static String read(String script) throws IOException {
        try (@Nullable InputStream in = RentalDatabase.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IOException(
                        "the resource " + script + " is missing beside " + RentalDatabase.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
