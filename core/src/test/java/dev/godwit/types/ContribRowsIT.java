package dev.godwit.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * All of PostgreSQL's contrib extensions in one database, every second of them in a schema of its own, and rows with values of all their
 * types: copied, streamed and verified, with keys and indexes of those types, and asked the same questions on both servers afterwards.
 */
@Tag("T1")
final class ContribRowsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int EXTENSIONS_AT_LEAST = 40;
    private static final int VALUES_AT_LEAST = 500;
    private static final int KEYS_AT_LEAST = 20;
    private static final int QUESTIONS_WITH_ROWS = 30;
    /** By the version since which the extension answers otherwise. */
    private static final Map<String, Integer> ANSWERED_OTHERWISE_SINCE = Map.of(
            "SELECT id FROM every WHERE ltree ~ lquery ORDER BY id", 13,
            "INSERT INTO children VALUES (1000, 99)", 18);

    private static final String PATH = "SET search_path = public, \"Ex t\"";

    /** Languages, and what depends on them, need more than the server's host may have. */
    private static final String INSTALLABLE = """
            SELECT name FROM pg_available_extensions
             WHERE name !~ '^pl|_pl|godwit' ORDER BY name
            """;

    private static final List<String> TYPES = List.of(
            "CREATE DOMAIN mail AS citext CHECK (VALUE ~ '@')",
            "CREATE TYPE cites AS RANGE (SUBTYPE = citext)",
            "CREATE TYPE held AS (h hstore, m mail)");

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void keepsWhatExtensionsHoldFrom13To17(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.contrib", matches = "all")
    @PostgresPairTest(source = "15", target = "15")
    void keepsWhatExtensionsHoldFrom15To15(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @EnabledIfSystemProperty(named = "godwit.contrib", matches = "all")
    @PostgresPairTest(source = "10", target = "18")
    void keepsWhatExtensionsHoldFrom10To18(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    private static void migrate(PostgresPair pair) throws Exception {
        List<String> preparations = new ArrayList<>(installAll(pair));
        preparations.add(PATH);
        preparations.addAll(TYPES);
        try (EveryType every = new EveryType(pair.source(), "contrib.txt", preparations)) {
            assertThat(every.keyTables()).hasSizeGreaterThan(KEYS_AT_LEAST);
            statements("contrib-tables.sql").stream()
                    .map(statement -> knownTo(pair.source(), statement))
                    .forEach(every::execute);
            try (MigrationRun run = migration(pair).start()) {
                run.awaitReadyToCutover(PATIENCE);
                every.change();
                statements("contrib-changes.sql").forEach(every::execute);
                run.verify().throwIfDifferent();
                seesEveryOtherValue(pair, every, run);
                run.cutover();
            }
            try (Connection source = session(pair.source());
                    Connection target = session(pair.target())) {
                List<String> expected = every.values(source);
                List<String> values = every.values(target);
                assertThat(expected).hasSizeGreaterThan(VALUES_AT_LEAST).hasSameSizeAs(values);
                values.removeAll(expected);
                assertThat(values).as("on the target only").isEmpty();
                assertSameAnswers(source, target);
                EveryType.query(target, """
                        SELECT bt_index_parent_check(indexrelid%s) FROM pg_index i JOIN pg_class c ON c.oid = indexrelid
                          JOIN pg_am a ON a.oid = relam AND amname = 'btree' WHERE relpersistence <> 't' AND indisvalid
                        """.formatted(major(source) < 11 ? "" : ", true"));
            }
        }
    }

    /** Columns are generated since version 12, and plain ones before. */
    private static String knownTo(PostgresServer server, String statement) {
        return Integer.parseInt(server.major()) < 12
                ? statement.replaceAll(" GENERATED ALWAYS AS \\(.*?\\) STORED", "")
                : statement;
    }

    /** Half of them come into a schema of their own, as far as they let themselves. */
    private static List<String> installAll(PostgresPair pair) {
        List<String> names = new ArrayList<>(pair.source().query(PostgresPair.DATABASE, INSTALLABLE));
        names.retainAll(pair.target().query(PostgresPair.DATABASE, INSTALLABLE));
        assertThat(names).hasSizeGreaterThan(EXTENSIONS_AT_LEAST);
        List<String> statements = new ArrayList<>(List.of("CREATE SCHEMA \"Ex t\""));
        for (int i = 0; i < names.size(); i++) {
            String create = "CREATE EXTENSION IF NOT EXISTS \"" + names.get(i) + "\" ";
            statements.add("DO $do$ BEGIN " + create + (i % 2 == 0 ? "SCHEMA \"Ex t\" CASCADE" : "CASCADE")
                    + "; EXCEPTION WHEN OTHERS THEN " + create + "CASCADE; END $do$");
        }
        return statements;
    }

    /** A value of each type becomes another one on the target, and the verification says so. */
    private static void seesEveryOtherValue(PostgresPair pair, EveryType every, MigrationRun run) throws Exception {
        List<String> tables =
                every.columns().stream().map(column -> "alone_" + column.name()).toList();
        try (Connection target = session(pair.target())) {
            tables.forEach(table -> execute(
                    target, "UPDATE " + table + " SET v = (SELECT v FROM " + table + " WHERE id = 1) WHERE id = 0"));
            VerificationReport report = run.verify();
            assertThat(report.differingTables())
                    .extracting(table -> table.table().name())
                    .containsExactlyInAnyOrderElementsOf(tables);
            IntStream.range(0, tables.size())
                    .forEach(i -> execute(
                            target,
                            "UPDATE " + tables.get(i) + " SET v = (SELECT "
                                    + every.columns().get(i).name() + " FROM every WHERE id = 0) WHERE id = 0"));
        }
    }

    private static int major(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion();
    }

    private static void assertSameAnswers(Connection source, Connection target) throws SQLException {
        int withRows = 0;
        SoftAssertions softly = new SoftAssertions();
        for (String question : statements("contrib-questions.sql")) {
            List<String> expected = answer(source, question);
            List<String> answer = answer(target, question);
            int since = ANSWERED_OTHERWISE_SINCE.getOrDefault(question, 0);
            if (major(source) >= since || major(target) < since) {
                softly.assertThat(answer).as(question).isEqualTo(expected);
            }
            withRows += expected.isEmpty() ? 0 : 1;
        }
        softly.assertAll();
        assertThat(withRows).isGreaterThan(QUESTIONS_WITH_ROWS);
    }

    /** The rows, or the state and message of the error. */
    private static List<String> answer(Connection connection, String question) {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            if (statement.execute(question)) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        StringBuilder line = new StringBuilder();
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            line.append(row.getString(i)).append('|');
                        }
                        rows.add(line.toString());
                    }
                }
            } else {
                rows.add(statement.getUpdateCount() + " rows");
            }
        } catch (SQLException e) {
            rows.add(e.getSQLState());
        }
        return rows;
    }

    /** Sees indexes rather than tables, and may write although the source is closed. */
    private static Connection session(PostgresServer server) throws SQLException {
        Connection connection = server.connect(PostgresPair.DATABASE);
        execute(connection, PATH);
        execute(connection, "SET enable_seqscan = off");
        execute(connection, "SET extra_float_digits = 3");
        execute(connection, "SET default_transaction_read_only = off");
        return connection;
    }

    private static void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static List<String> statements(String resource) {
        try (InputStream stream = ContribRowsIT.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            String script = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return List.of(script.replaceAll("(?m)^--.*\n", "").strip().split(";\\s*(\n|$)"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("contrib")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build();
    }
}
