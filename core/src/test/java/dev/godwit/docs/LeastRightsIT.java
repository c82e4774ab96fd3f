package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.Provokes;
import dev.godwit.TableFilter;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rights that the README lists are enough, and those of them that can be missed are missed by the preflight. */
@Tag("S1")
@PostgresPairTest(source = "13", target = "17")
final class LeastRightsIT {

    @BeforeEach
    void grantWhatTheReadmeLists(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE ROLE orders_owner",
                        "CREATE ROLE clerk LOGIN",
                        "CREATE ROLE mover LOGIN REPLICATION",
                        "ALTER DATABASE app OWNER TO orders_owner",
                        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text)",
                        "ALTER TABLE orders OWNER TO orders_owner",
                        "GRANT SELECT, INSERT ON orders TO clerk",
                        "INSERT INTO orders (item) SELECT 'item ' || i FROM generate_series(1, 10) i",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "GRANT orders_owner TO mover",
                        "GRANT pg_signal_backend TO mover",
                        "GRANT pg_read_all_stats TO mover");
        pair.target()
                .execute(
                        pair.database(),
                        "CREATE ROLE mover LOGIN",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "GRANT CREATE ON SCHEMA public TO mover",
                        "GRANT SET ON PARAMETER session_replication_role TO mover");
    }

    @Test
    void moveADatabaseAndCloseItForSessionsFromBefore(PostgresPair pair) throws Exception {
        Migration migration = migration(pair);
        assertThat(migration.preflight().findings()).isEmpty();
        try (Connection clerk = pair.source().connect(pair.database(), "clerk", "");
                MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            insert(clerk);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            assertThatThrownBy(() -> insert(clerk)).isInstanceOf(SQLException.class);
        }
        try (Connection clerk = pair.source().connect(pair.database(), "clerk", "")) {
            assertThatThrownBy(() -> insert(clerk)).hasMessageContaining("read-only");
        }
        assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM orders"))
                .containsExactly("11");
    }

    @Test
    @PostgresPairTest(source = "15", target = "17")
    void moveSomeRowsAndColumns(PostgresPair pair) throws Exception {
        Migration migration = migration(
                pair, TableFilter.all().rows("public.orders", "id > 4").columns("public.orders", "id"));
        assertThat(migration.preflight().findings()).isEmpty();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            run.copyAfresh("public.orders");
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), "SELECT count(*) || ' ' || count(item) FROM orders"))
                .containsExactly("6 0");
    }

    @Test
    @Provokes(FindingCode.FENCE_STATS)
    void withoutTheRightToSeeOtherSessionsThePreflightBlocks(PostgresPair pair) {
        pair.source().execute(pair.database(), "REVOKE pg_read_all_stats FROM mover");
        assertThat(migration(pair).preflight().blockers())
                .extracting(Finding::code)
                .containsExactly("GW1213");
    }

    @Test
    void cannotEndASuperusersSessionSoThatTheCutoverIsUndone(PostgresPair pair) throws Exception {
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            try (Connection superuser = pair.connectSource()) {
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("'seal'");
                insert(superuser);
            }
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM orders"))
                .containsExactly("11");
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO orders (item) VALUES ('late')");
        }
    }

    private static Migration migration(PostgresPair pair) {
        return migration(pair, TableFilter.all());
    }

    private static Migration migration(PostgresPair pair, TableFilter tables) {
        return Migration.builder()
                .name("least-rights")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                .tables(tables)
                .build();
    }
}
