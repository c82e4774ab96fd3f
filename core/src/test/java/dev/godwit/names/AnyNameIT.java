package dev.godwit.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names with anything in them, of the database, the role, and of what is migrated: each statement is about the object that it means, and
 * about no other one. {@code -Dgodwit.names} is how many there are in all, {@code -Dgodwit.names.seed} repeats a choice, and with
 * {@code -Dgodwit.pairs=all} the oldest and the newest versions have their turn, too.
 */
@Tag("B4")
final class AnyNameIT {
    private static final Logger LOG = LoggerFactory.getLogger(AnyNameIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PER_MIGRATION = 200;

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void isTakenForWhatItIs(PostgresPair pair) throws Exception {
        migrateAll(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.pairs", matches = "all")
    @PostgresPairTest(source = "10", target = "18")
    void isTakenForWhatItIsFrom10To18(PostgresPair pair) throws Exception {
        migrateAll(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.pairs", matches = "all")
    @PostgresPairTest(source = "18", target = "18")
    void isTakenForWhatItIsFrom18To18(PostgresPair pair) throws Exception {
        migrateAll(pair);
    }

    private static void migrateAll(PostgresPair pair) throws Exception {
        long seed =
                Long.getLong("godwit.names.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        LOG.warn("-Dgodwit.names.seed={}", seed);
        Random random = new Random(seed);
        int left = Integer.getInteger("godwit.names", PER_MIGRATION);
        while (left > 0) {
            migrate(pair, new NamedTables(Math.min(left, PER_MIGRATION), random), new RandomNames(random));
            left -= PER_MIGRATION;
        }
    }

    private static void migrate(PostgresPair pair, NamedTables tables, RandomNames names) throws Exception {
        String database = names.next(List.of());
        String role = names.next(List.of());
        try {
            for (PostgresServer server : List.of(pair.source(), pair.target())) {
                server.execute("postgres", "CREATE ROLE " + NamedTables.quoted(role) + " SUPERUSER LOGIN");
                server.execute(
                        "postgres",
                        "CREATE DATABASE " + NamedTables.quoted(database) + " OWNER " + NamedTables.quoted(role)
                                + " TEMPLATE template0");
            }
            migrate(pair, database, role, tables);
        } finally {
            for (PostgresServer server : List.of(pair.source(), pair.target())) {
                server.dropDatabase(database);
                server.execute("postgres", "DROP ROLE " + NamedTables.quoted(role));
            }
        }
    }

    private static void migrate(PostgresPair pair, String database, String role, NamedTables tables) throws Exception {
        DataSource source = dataSource(pair.source(), database, role);
        DataSource target = dataSource(pair.target(), database, role);
        execute(source, tables.created());
        Migration migration = Migration.builder()
                .name("names")
                .source(Endpoint.of(url(pair.source(), database)).credentials(role, ""))
                .target(Endpoint.of(url(pair.target(), database)).credentials(role, ""))
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            execute(source, tables.changes(!pair.source().major().equals("10")));
            run.awaitReadyToCutover(LIMIT);
            copyOneAfresh(run, tables);
            repair(run, target, tables);
            run.cutover();
        }
        DatabaseComparison.between(source, target).run().assertIdentical();
        try (Connection connection = target.getConnection();
                Statement statement = connection.createStatement()) {
            // Its own default and sequence are there, too.
            statement.setEscapeProcessing(false);
            for (NamedTables.Named table : tables.tables()) {
                statement.execute("INSERT INTO " + table.name() + " DEFAULT VALUES");
            }
        }
        migration.cleanUp();
    }

    private static void copyOneAfresh(MigrationRun run, NamedTables tables) throws Exception {
        run.copyAfresh(tables.tables().get(0).name());
        run.awaitReadyToCutover(LIMIT);
    }

    /** Rows that are wrong in one table are found in that one, and mended. */
    private static void repair(MigrationRun run, DataSource target, NamedTables tables) throws Exception {
        NamedTables.Named damaged = tables.tables().get(1);
        execute(
                target,
                List.of("UPDATE " + damaged.name() + " SET " + damaged.value() + " = 'damage' WHERE " + damaged.id()
                        + " = 1003"));
        VerificationReport report = run.verify();
        assertThat(report.differences())
                .singleElement()
                .satisfies(row -> assertThat(row.table().quoted()).isEqualTo(damaged.name()));
        run.repair(report);
        assertThat(run.verify().differences()).isEmpty();
    }

    private static void execute(DataSource on, List<String> statements) throws SQLException {
        try (Connection connection = on.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String url(PostgresServer server, String database) {
        return "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + encoded(database);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static DataSource dataSource(PostgresServer server, String database, String role) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {server.host()});
        dataSource.setPortNumbers(new int[] {server.port()});
        dataSource.setDatabaseName(database);
        dataSource.setUser(role);
        return dataSource;
    }
}
