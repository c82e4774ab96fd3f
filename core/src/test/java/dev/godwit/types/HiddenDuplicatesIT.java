package dev.godwit.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Hazards A8 and 0.8: the sessions that apply changes do not check deferrable unique and exclusion constraints, so the
 * cutover does.
 */
final class HiddenDuplicatesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void keepTheCutoverFromBeingDone(PostgresPair pair) throws Exception {
        check(pair, "UNIQUE NULLS NOT DISTINCT (a, b) DEFERRABLE", "(200, NULL, 1, 'x', 1)");
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void keepTheCutoverFrom10To18FromBeingDone(PostgresPair pair) throws Exception {
        check(pair, "UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED", "(200, 7, 7, 'x', 1)");
    }

    private static void check(PostgresPair pair, String unique, String breaking) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE SCHEMA \"S 1\"",
                        "CREATE TABLE \"S 1\".\"T\" (id int PRIMARY KEY, a int, b int, \"N\" text, s int)",
                        "ALTER TABLE \"S 1\".\"T\" ADD CONSTRAINT \"a 'b'\" " + unique,
                        "CREATE TABLE plain (id int PRIMARY KEY DEFERRABLE, v int)",
                        "ALTER TABLE plain REPLICA IDENTITY FULL",
                        "ALTER TABLE \"S 1\".\"T\" ADD CONSTRAINT apart EXCLUDE USING gist"
                                + " (int4range(s, s + 10) WITH &&) WHERE (\"N\" <> 'x') DEFERRABLE",
                        "INSERT INTO \"S 1\".\"T\" SELECT i, i, i, 'n', i * 10 FROM generate_series(1, 100) i",
                        "INSERT INTO \"S 1\".\"T\" VALUES (150, NULL, 1, 'x', 1)",
                        "INSERT INTO plain SELECT i, i FROM generate_series(1, 100) i");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(PATIENCE);
            refuses(pair, run, "\"S 1\".\"T\"", breaking, "(300, 300, 300, 'n', 3000)", "a 'b'");
            refuses(pair, run, "\"S 1\".\"T\"", "(201, 201, 1, 'n', 15)", "(301, 301, 301, 'n', 3015)", "apart");
            refuses(pair, run, "plain", "(400, 1)", "(401, 400)", "plain_pkey");
            pair.source().execute("app", "UPDATE \"S 1\".\"T\" SET a = 101 - a, s = 1010 - s WHERE id <= 100");
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        assertThat(pair.target().query("app", "SELECT count(*) FROM \"S 1\".\"T\" WHERE a = 101 - id"))
                .containsExactly("100");
    }

    /** The row of somebody else is there first; what the source writes then breaks the constraint together with it. */
    private static void refuses(
            PostgresPair pair, MigrationRun run, String table, String foreign, String marker, String constraint) {
        String id = foreign.substring(1, foreign.indexOf(','));
        if (table.equals("plain")) {
            pair.target().execute("app", "INSERT INTO plain VALUES " + foreign);
            pair.source().execute("app", "INSERT INTO plain VALUES (400, 2)");
        } else {
            pair.target()
                    .execute(
                            "app",
                            "SET session_replication_role = replica",
                            "INSERT INTO " + table + " VALUES " + foreign,
                            "SET session_replication_role = origin");
        }
        pair.source().execute("app", "INSERT INTO " + table + " VALUES " + marker);
        String arrived = "SELECT count(*) FROM " + table + " WHERE id = " + marker.substring(1, marker.indexOf(','));
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(pair.target().query("app", arrived)).containsExactly("1"));
        assertThatThrownBy(run::cutover)
                .isInstanceOf(CutoverRevertedException.class)
                .hasMessageContaining("\"" + constraint + "\"");
        pair.target()
                .execute(
                        "app",
                        "DELETE FROM " + table + " WHERE id = " + id + (table.equals("plain") ? " AND v = 1" : ""));
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("deferrable")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build();
    }
}
