package dev.godwit.back;

import static dev.godwit.back.Back.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverReport;
import dev.godwit.status.WriteSide;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** There and back again, under traffic: what was acknowledged on either side is on the old one, once. */
@Tag("R4")
@Sampled(oneOf = 2)
final class RollbackIT {
    private static final String[] EXTRAS = {
        "CREATE TABLE doc (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text, seen int NOT NULL DEFAULT 0)",
        "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN NEW.seen := NEW.seen + 1; RETURN NEW; END'",
        "CREATE TRIGGER seeing BEFORE INSERT ON doc FOR EACH ROW EXECUTE PROCEDURE see()",
        "ALTER TABLE doc ENABLE ALWAYS TRIGGER seeing",
        "CREATE TABLE keyless (a int, b text)",
        "ALTER TABLE keyless REPLICA IDENTITY FULL",
        "CREATE UNLOGGED TABLE scratch (id int PRIMARY KEY, t text)",
        "CREATE SEQUENCE counter",
        "SELECT nextval('counter')",
        "INSERT INTO doc (body) SELECT repeat('x', 100) FROM generate_series(1, 20)",
        "INSERT INTO keyless VALUES (1, 'a'), (1, 'a'), (2, NULL)",
        "CREATE MATERIALIZED VIEW total AS SELECT count(*) AS n FROM doc",
        "SELECT lo_from_bytea(0, '\\x0102')"
    };

    private static final String[] WRITTEN_ON_NEW = {
        "INSERT INTO doc (body) SELECT repeat('y', 5000) FROM generate_series(1, 30)",
        "UPDATE doc SET body = 'changed' WHERE id % 3 = 0",
        "DELETE FROM doc WHERE id % 5 = 0",
        "DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless WHERE a = 1)",
        "INSERT INTO keyless VALUES (3, 'c')",
        "INSERT INTO scratch VALUES (1, 'unlogged')",
        "SELECT nextval('counter') FROM generate_series(1, 100)",
        "SELECT lo_put(oid, 1, '\\xff') FROM pg_largeobject_metadata",
        "SELECT lo_from_bytea(0, '\\x03')"
    };

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void goesThereAndBackBetween13And17(PostgresPair pair) throws Exception {
        thereAndBack(pair);
    }

    @Test
    @PostgresPairTest(source = "17", target = "17")
    void goesThereAndBackBetween17And17(PostgresPair pair) throws Exception {
        thereAndBack(pair);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void goesThereAndBackBetween10And18(PostgresPair pair) throws Exception {
        thereAndBack(pair);
    }

    private static void thereAndBack(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        pair.source().execute(pair.database(), EXTRAS);
        try (Probe probe = new Probe(pair);
                WriteWorkload workload = WriteWorkload.builder(pair.sourceDataSource())
                        .writers(4)
                        .thinkTime(Duration.ofMillis(25))
                        .build()) {
            workload.createTables().start();
            workload.awaitAcknowledged(100, LIMIT);
            CutoverReport back;
            try (MigrationRun run = Back.migration(pair, Back.switching(pair, workload, probe), events::add)
                    .start()) {
                run.awaitReadyToCutover(LIMIT);
                assertThat(run.status().writes()).isEqualTo(WriteSide.SOURCE);
                run.cutover();
                assertThat(run.status().writes()).isEqualTo(WriteSide.TARGET);
                workload.awaitAcknowledged(workload.statistics().acknowledged() + 200, LIMIT);
                pair.target().execute(pair.database(), WRITTEN_ON_NEW);
                run.awaitReadyToRollback(LIMIT);
                assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
                assertThat(run.status().reverse()).isNotNull();
                assertThat(Back.isClosed(pair, true)).as("the old server").isTrue();

                back = run.rollback();

                assertThat(run.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
                assertThat(run.status().writes()).isEqualTo(WriteSide.SOURCE);
                assertThat(run.rollback()).as("asked again").isEqualTo(back);
            }
            assertThat(Back.isClosed(pair, true)).as("the old server").isFalse();
            assertThat(Back.isClosed(pair, false)).as("the new server").isTrue();
            workload.awaitAcknowledged(workload.statistics().acknowledged() + 200, LIMIT);
            workload.stop();
            probe.stop();

            assertThat(workload.verify(pair.sourceDataSource())).isEmpty();
            assertThat(back.writePause()).isLessThan(Duration.ofSeconds(20));
            assertThat(probe.writes(false)).as("written on the new server").isPositive();
            assertThat(probe.oldBetweenNew())
                    .as("written on the old server meanwhile")
                    .isZero();
        }
        requireSame(pair);
        assertThat(Back.remembers(pair, true))
                .as("schema godwit on the old server")
                .isFalse();
        leaks.assertNone();
    }

    /** What nobody has written to since the rollback. */
    private static void requireSame(PostgresPair pair) throws Exception {
        assertThat(pair.source().query(pair.database(), "SELECT tgenabled FROM pg_trigger WHERE tgname = 'seeing'"))
                .containsExactly("A");
        assertThat(pair.source()
                        .query(
                                pair.database(),
                                "SELECT attidentity FROM pg_attribute"
                                        + " WHERE attrelid = 'doc'::regclass AND attname = 'id'"))
                .containsExactly("a");
        assertThat(pair.source().query(pair.database(), "SELECT count(*) FROM doc WHERE seen <> 1"))
                .containsExactly("0");
        for (String query : List.of(
                "SELECT md5(string_agg(d::text, ',' ORDER BY id)) FROM doc d",
                "SELECT string_agg(k::text, ',' ORDER BY k::text) FROM keyless k",
                "SELECT string_agg(s::text, ',' ORDER BY id) FROM scratch s",
                "SELECT last_value FROM counter",
                "SELECT count(*) FROM doc",
                "SELECT string_agg(l.loid || ':' || encode(l.data, 'hex'), ',' ORDER BY l.loid) FROM pg_largeobject l")) {
            assertThat(pair.source().query(pair.database(), query))
                    .as(query)
                    .isEqualTo(pair.target().query(pair.database(), query));
        }
        assertThat(pair.source().query(pair.database(), "SELECT n = (SELECT count(*) FROM doc) FROM total"))
                .containsExactly("t");
    }
}
