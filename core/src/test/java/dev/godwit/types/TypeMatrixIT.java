package dev.godwit.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.matrix.Sampled;
import dev.godwit.replication.ServerConnections;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hazards C1 to C4 and 0.11: values of every type arrive with the same binary form by the copy and by the stream, although
 * the databases have settings that change their text, on the source, on the target, or different ones on both.
 *
 * <p>By default each pair of versions runs under different settings on both sides; with {@code -Dgodwit.types=all} also
 * with settings on one side alone.
 */
@Tag("T1")
@Sampled(oneOf = 3)
final class TypeMatrixIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** They have no input function that takes a value, or (since 12) are gone. */
    private static final Set<String> NOT_FOR_COLUMNS = Set.of(
            "pg_node_tree",
            "pg_ndistinct",
            "pg_dependencies",
            "pg_mcv_list",
            "pg_brin_bloom_summary",
            "pg_brin_minmax_multi_summary",
            "gtsvector",
            "abstime",
            "reltime",
            "tinterval",
            "smgr");

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void keepsTheBinaryFormFrom10To18(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void keepsTheBinaryFormFrom13To17(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void keepsTheBinaryFormFrom15To15(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    private static void migrate(PostgresPair pair) throws Exception {
        if ("all".equals(System.getProperty("godwit.types"))) {
            migrate(pair, true, false);
            pair.source().reset();
            pair.target().reset();
            pair.source().createDatabase(PostgresPair.DATABASE);
            pair.target().createDatabase(PostgresPair.DATABASE);
            migrate(pair, false, true);
            pair.source().reset();
            pair.target().reset();
            pair.source().createDatabase(PostgresPair.DATABASE);
            pair.target().createDatabase(PostgresPair.DATABASE);
        }
        migrate(pair, true, true);
    }

    private static void migrate(PostgresPair pair, boolean hostileSource, boolean hostileTarget) throws Exception {
        try (EveryType every = new EveryType(pair.source())) {
            Set<String> missing = new TreeSet<>(every.missing());
            missing.removeAll(NOT_FOR_COLUMNS);
            assertThat(missing).as("types without a column").isEmpty();
            HostileSettings.shadow(pair.source());
            if (hostileSource) {
                HostileSettings.first(pair.source());
            }
            if (hostileTarget) {
                HostileSettings.second(pair.target());
            }
            try (MigrationRun run = migration(pair).start()) {
                run.awaitReadyToCutover(PATIENCE);
                every.change();
                run.cutover();
            }
            try (Connection source = unhampered(pair.source());
                    Connection target = unhampered(pair.target())) {
                assertSame(every.values(source), every.values(target));
            }
        } finally {
            HostileSettings.lift(pair.source());
            HostileSettings.lift(pair.target());
        }
    }

    /** A session with the settings that Godwit's own have, but for the search path. */
    private static Connection unhampered(PostgresServer server) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", server.superuser());
        Connection connection = ServerConnections.of(server.url(PostgresPair.DATABASE), properties)
                .open();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public");
        }
        return connection;
    }

    private static void assertSame(List<String> source, List<String> target) {
        assertThat(source).hasSizeGreaterThan(2000);
        Set<String> wrong = new TreeSet<>(target);
        source.forEach(wrong::remove);
        Set<String> lost = new TreeSet<>(source);
        target.forEach(lost::remove);
        assertThat(wrong).as("on the target only").isEmpty();
        assertThat(lost).as("on the source only").isEmpty();
        assertThat(target).hasSameSizeAs(source);
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("types")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .build();
    }
}
