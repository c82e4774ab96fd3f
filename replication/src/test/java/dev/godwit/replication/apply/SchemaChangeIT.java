package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * B8 of the hazards: DDL on the source shows in the next description of its table, and nothing is applied in a shape that does
 * not fit; after the target was adapted nothing is lost.
 */
@Tag("D1")
final class SchemaChangeIT {

    private static Replica guarded(String... ddl) throws Exception {
        Replica replica = Replica.of(15, 15, ddl).arrange();
        try (Connection source = replica.source.open();
                Connection target = replica.target.open()) {
            RelationShapes.create(target);
            RelationShapes.of(replica.name).capture(source, target, replica.tables(), Map.of());
        }
        replica.tuned(options -> options.relationShapes(RelationShapes.of(replica.name)))
                .start();
        return replica;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ALTER TABLE t ADD note text | INSERT INTO t VALUES (9, 'i', 9, 'n') | ALTER TABLE t ADD note text | \"note\": text on the source, missing on the target",
                "ALTER TABLE t DROP v | INSERT INTO t VALUES (9, 9) | ALTER TABLE t DROP v | \"v\": dropped, renamed or generated on the source, text on the target",
                "ALTER TABLE t RENAME v TO w | UPDATE t SET w = 'new' | ALTER TABLE t RENAME v TO w | \"w\": text on the source, missing on the target",
                "ALTER TABLE t ALTER n TYPE bigint | INSERT INTO t VALUES (9, 'i', 5000000000) | ALTER TABLE t ALTER n TYPE bigint | \"n\": bigint on the source, integer on the target",
                "ALTER TABLE t ALTER v TYPE varchar(10) | DELETE FROM t | ALTER TABLE t ALTER v TYPE varchar(10) | \"v\": character varying(10) on the source, text on the target",
                "CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE t ADD m mood | UPDATE t SET m = 'ok' | CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE t ADD m mood | \"m\": public.mood on the source, missing",
                "ALTER TABLE t DROP v; ALTER TABLE t RENAME n TO v | UPDATE t SET v = 7 | ALTER TABLE t DROP v; ALTER TABLE t RENAME n TO v | \"n\": dropped, renamed or generated on the source, integer",
                "ALTER TABLE t ADD twice int GENERATED ALWAYS AS (n * 2) STORED; ALTER TABLE t ALTER twice DROP EXPRESSION | UPDATE t SET twice = 1 | ALTER TABLE t ADD twice int | \"twice\": integer on the source, missing",
                "ALTER TABLE t REPLICA IDENTITY NOTHING | INSERT INTO t VALUES (9, 'i', 9) | SOURCE ALTER TABLE t REPLICA IDENTITY DEFAULT | replica identity: the source's table has none any more",
                "ALTER TABLE t RENAME TO t2 | UPDATE t2 SET v = 'x' | SOURCE ALTER TABLE t2 RENAME TO t | table public.t: it is named public.t2 on the source",
                "CREATE SCHEMA other; ALTER TABLE t SET SCHEMA other | UPDATE other.t SET v = 'x' | SOURCE ALTER TABLE other.t SET SCHEMA public | table public.t: it is named other.t on the source",
            })
    void pausesBeforeTheFirstRowAndGoesOnWhenTheTargetFits(String ddl, String change, String mending, String difference)
            throws Exception {
        try (Replica replica =
                guarded("CREATE TABLE t (id int PRIMARY KEY, v text, n int)", "CREATE TABLE u (id int PRIMARY KEY)")) {
            replica.source("INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2)");
            replica.sync();
            replica.subscriber().pauseAt(replica.end());
            replica.source("INSERT INTO u VALUES (1)", "UPDATE t SET n = n + 1", ddl);
            replica.sourceTransaction("INSERT INTO u VALUES (2)", change);
            replica.source("INSERT INTO u VALUES (3)");
            replica.subscriber().release();

            Throwable failure = catchThrowable(replica::sync);
            assertThat(failure).isInstanceOf(SchemaChangedException.class).hasMessageContaining(difference);
            assertThat(((SchemaChangedException) failure).differences()).anyMatch(line -> line.contains(difference));
            assertThat(((SchemaChangedException) failure).table().name()).isEqualTo("t");
            assertThat(replica.targetQuery("SELECT id FROM u")).containsExactly("1");
            assertThat(replica.targetQuery("SELECT n FROM t ORDER BY 1"))
                    .as("what comes before it is applied")
                    .containsExactly("2", "3");
            replica.stop();
            replica.start();
            assertThat(catchThrowable(replica::sync))
                    .as("as long as nothing is mended")
                    .isInstanceOf(SchemaChangedException.class);
            replica.stop();
            if (mending.startsWith("SOURCE ")) {
                replica.source(mending.substring("SOURCE ".length()));
            } else {
                replica.target(mending);
            }
            replica.start();
            replica.source("INSERT INTO u VALUES (4)", "DELETE FROM t WHERE id = 2");
            replica.assertSame("t", "u");
        }
    }

    @Test
    void namesThatWereExchangedAreNotTakenForTheSame() throws Exception {
        try (Replica replica = guarded("CREATE TABLE t (id int PRIMARY KEY, a int, b int)")) {
            replica.source("INSERT INTO t VALUES (1, 1, 2)");
            replica.sync();
            replica.source("ALTER TABLE t RENAME a TO c", "ALTER TABLE t RENAME b TO a", "ALTER TABLE t RENAME c TO b");
            replica.source("INSERT INTO t VALUES (2, 1, 2)");
            assertThat(catchThrowable(replica::sync))
                    .isInstanceOf(SchemaChangedException.class)
                    .hasMessageContaining("columns [id, b, a]: they were [id, a, b]");
        }
    }

    @Test
    void rowsOfBothShapesInOneTransactionAreAppliedToTheNewOne() throws Exception {
        try (Replica replica = guarded("CREATE TABLE t (id int PRIMARY KEY, n int)")) {
            replica.sourceTransaction(
                    "INSERT INTO t VALUES (1, 1)",
                    "ALTER TABLE t ALTER n TYPE bigint",
                    "ALTER TABLE t ADD note text",
                    "INSERT INTO t VALUES (2, 5000000000, 'x')");
            assertThat(catchThrowable(replica::sync)).isInstanceOf(SchemaChangedException.class);
            assertThat(replica.targetQuery("SELECT id FROM t")).isEmpty();
            replica.stop();
            replica.target("ALTER TABLE t ALTER n TYPE bigint", "ALTER TABLE t ADD note text");
            replica.start();
            replica.assertSame("t");
        }
    }

    @Test
    void valuesOfAColumnThatWasRetypedOnBothSidesAreStoredInItsNewType() throws Exception {
        try (Replica replica = guarded("CREATE TABLE t (id int PRIMARY KEY, d date, r real, n float8, c char(5))")) {
            String sessions =
                    "SELECT pid FROM pg_catalog.pg_stat_activity WHERE application_name = '" + replica.name + "'";
            replica.sourceTransaction(
                    "INSERT INTO t SELECT g, '2026-01-01', 0.5, 0.5, 'a' FROM generate_series(1, 4) g");
            replica.sync();
            replica.sourceTransaction("UPDATE t SET d = '2026-02-02', r = 1.5, n = 1.5, c = 'b' WHERE id < 3");
            replica.sync();
            List<String> before = replica.targetQuery(sessions);
            String ddl =
                    "ALTER TABLE t ALTER d TYPE timestamp, ALTER r TYPE float8, ALTER n TYPE numeric, ALTER c TYPE text";
            replica.target(ddl);
            replica.source(ddl);
            String values = "'2026-05-05 10:11:12', 0.1234567890123456, 0.12345678901234567890123, 'z  '";
            replica.sourceTransaction(
                    "INSERT INTO t VALUES (5, " + values + "), (6, " + values + ")",
                    "UPDATE t SET (d, r, n, c) = (SELECT " + values.replace("',", "'::timestamp,") + ") WHERE id < 3");
            replica.assertSame("t");
            assertThat(replica.targetQuery(sessions)).as("the same sessions").isEqualTo(before);
        }
    }

    @Test
    void aColumnThatOnlyTheTargetHasIsNoDifference() throws Exception {
        try (Replica replica = guarded("CREATE TABLE t (id int PRIMARY KEY)")) {
            replica.target("ALTER TABLE t ADD extra int DEFAULT 5", "ALTER TABLE t ADD note text");
            replica.source("INSERT INTO t VALUES (1)", "ALTER TABLE t ADD note text", "INSERT INTO t VALUES (2, 'x')");
            replica.sync();
            assertThat(replica.targetQuery("SELECT id || '-' || extra || coalesce(note, '-') FROM t ORDER BY 1"))
                    .containsExactly("1-5-", "2-5x");
        }
    }
}
