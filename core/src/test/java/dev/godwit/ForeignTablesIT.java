package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.NotCompared;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Foreign tables, partitions and children: what they are comes along, and says so; the rows behind them are neither copied, compared,
 * truncated nor written.
 */
final class ForeignTablesIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String FAR_ROWS =
            "SELECT 'far ' || count(*) FROM far_away UNION ALL SELECT 'part ' || count(*) FROM far_part";

    @Test
    @Provokes({FindingCode.FOREIGN_TABLE, FindingCode.FOREIGN_PARTITION})
    @PostgresPairTest(source = "15", target = "17")
    void stayWhereTheirRowsAreFrom15To17(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void stayWhereTheirRowsAreFrom10To18(PostgresPair pair) throws Exception {
        migrate(pair);
    }

    private static void migrate(PostgresPair pair) throws Exception {
        pair.source().createDatabase("far");
        try {
            prepare(pair);
            Migration migration = LargeObjectsIT.migration(pair, TrafficSwitch.byHand());
            assertThat(migration.preflight().blockers()).isEmpty();
            assertThat(migration.preflight().findings())
                    .filteredOn(finding -> finding.code().equals(FindingCode.FOREIGN_TABLE.code()))
                    .extracting(Finding::object)
                    .contains("public.far", "public.file", "public.part_far", "public.child_far");
            assertThat(migration.preflight().findings())
                    .filteredOn(finding -> finding.code().equals(FindingCode.FOREIGN_PARTITION.code()))
                    .hasSize(2);
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(READY);
                pair.source()
                        .execute(
                                "app",
                                "INSERT INTO part VALUES (5, 'streamed')",
                                "UPDATE parent SET v = 'streamed' WHERE id = 1",
                                // Goes to the far database, and so is in no stream.
                                "INSERT INTO far VALUES (1000, 'written')");
                VerificationReport report = run.verify();
                assertThat(report.isEqual()).as(report.toTable()).isTrue();
                assertThat(report.notCompared())
                        .extracting(NotCompared::object)
                        .contains(
                                "foreign table public.far",
                                "foreign table public.file",
                                "foreign table public.part_far",
                                "foreign table public.child_far");
                run.cutover();
            }
            assertThat(pair.source().query("far", FAR_ROWS)).containsExactly("far 101", "part 10");
            assertSame(pair, "SELECT far::text FROM far ORDER BY id");
            assertSame(pair, "SELECT tableoid::regclass || ' ' || part::text FROM part ORDER BY id");
            assertSame(pair, "SELECT tableoid::regclass || ' ' || parent::text FROM parent ORDER BY id");
            // Of no table, in a schema that has none.
            assertSame(pair, "SELECT bare.one()");
            assertThat(pair.target().query("app", "SELECT v FROM file"))
                    .containsExactly(pair.target().major());
        } finally {
            // Sessions that the wrappers keep.
            pair.source()
                    .execute(
                            "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'far'");
            pair.source().dropDatabase("far");
        }
    }

    private static void assertSame(PostgresPair pair, String query) {
        List<String> there = pair.target().query("app", query);
        assertThat(there).isNotEmpty().isEqualTo(pair.source().query("app", query));
    }

    private static void prepare(PostgresPair pair) throws SQLException {
        PostgresServer source = pair.source();
        source.execute(
                "far",
                "CREATE TABLE far_away AS SELECT i AS id, 'v' || i AS v FROM generate_series(1, 100) i",
                "CREATE TABLE far_part AS SELECT i AS id, 'p' || i AS v FROM generate_series(10, 19) i",
                "CREATE TABLE far_child AS SELECT 7 AS id, 'c' AS v");
        source.execute(
                "app",
                "CREATE SCHEMA bare",
                "CREATE FUNCTION bare.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE EXTENSION postgres_fdw",
                "CREATE EXTENSION file_fdw",
                "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '" + source.host() + "', port '"
                        + source.port() + "', dbname 'far')",
                "CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'postgres')",
                "CREATE FOREIGN TABLE far (id int, v text) SERVER far OPTIONS (table_name 'far_away')",
                "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
                "CREATE FOREIGN TABLE file (v text) SERVER files OPTIONS (filename 'PG_VERSION')",
                "CREATE TABLE part (id int NOT NULL, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE part_near PARTITION OF part (PRIMARY KEY (id)) FOR VALUES FROM (0) TO (10)",
                "CREATE FOREIGN TABLE part_far PARTITION OF part FOR VALUES FROM (10) TO (20) SERVER far"
                        + " OPTIONS (table_name 'far_part')",
                "INSERT INTO part SELECT i, 'near' FROM generate_series(0, 4) i",
                "CREATE TABLE parent (id int PRIMARY KEY, v text)",
                "CREATE FOREIGN TABLE child_far () INHERITS (parent) SERVER far OPTIONS (table_name 'far_child')",
                "INSERT INTO parent VALUES (1, 'x'), (2, 'y')");
    }
}
