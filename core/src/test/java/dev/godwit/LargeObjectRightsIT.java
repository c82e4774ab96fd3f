package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Large objects of a role that is no superuser: what it needs, and what it cannot hold back but notices. */
@Tag("S1")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class LargeObjectRightsIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    @BeforeEach
    void grantWhatTheReadmeLists(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE orders_owner",
                        "CREATE ROLE clerk LOGIN",
                        "CREATE ROLE mover LOGIN REPLICATION",
                        "ALTER DATABASE app OWNER TO orders_owner",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "GRANT orders_owner, pg_signal_backend, pg_read_all_stats TO mover");
        LargeObjectsIT.prepare(pair);
        pair.source()
                .execute(
                        "app",
                        "ALTER TABLE document OWNER TO orders_owner",
                        "DO $$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP"
                                + " EXECUTE format('ALTER LARGE OBJECT %s OWNER TO orders_owner', o); END LOOP; END $$",
                        "GRANT ALL ON LARGE OBJECT 11 TO clerk");
        pair.target()
                .execute(
                        "app",
                        "CREATE ROLE mover LOGIN",
                        "GRANT CREATE ON DATABASE app TO mover",
                        "GRANT CREATE ON SCHEMA public TO mover",
                        "GRANT SET ON PARAMETER session_replication_role TO mover");
    }

    @Test
    @Provokes({FindingCode.SOURCE_LARGE_OBJECTS, FindingCode.FENCE_LARGE_OBJECTS})
    void areReadByARoleThatIsAMemberOfTheirOwners(PostgresPair pair) throws Exception {
        try (Connection clerk = pair.source().connect("app", "clerk", "")) {
            run(clerk, "SELECT lo_from_bytea(20, 'of the clerk')");
        }
        Migration migration = migration(pair, CutoverOptions.builder());
        assertThat(migration.preflight().findings())
                .extracting(Finding::code, Finding::object, Finding::remedy)
                .containsExactly(
                        tuple("GW1206", "20", "GRANT clerk TO mover"),
                        tuple(
                                "GW1216",
                                "pg_largeobject",
                                "GRANT SELECT ON pg_catalog.pg_largeobject TO mover; -- makes comparing quicker; for the"
                                        + " lock use a superuser, or stop such writers before the cutover"));
        pair.source().execute("app", "GRANT clerk TO mover");
        cutOver(pair, migration);
    }

    @Test
    void areReadByARoleThatMayReadTheCatalog(PostgresPair pair) throws Exception {
        pair.source().execute("app", "SELECT lo_from_bytea(20, 'of a superuser')");
        Migration migration = migration(pair, CutoverOptions.builder());
        assertThat(migration.preflight().blockers())
                .extracting(Finding::object, Finding::remedy)
                .containsExactly(tuple("20", "GRANT SELECT ON pg_catalog.pg_largeobject TO mover"));
        pair.source().execute("app", "GRANT SELECT ON pg_catalog.pg_largeobject TO mover");
        cutOver(pair, migration);
    }

    @Test
    @Provokes(FindingCode.FENCE_LARGE_OBJECTS)
    @PostgresPairTest(source = "17", target = "18")
    void areLockedByARoleThatWasGrantedIt(PostgresPair pair) throws Exception {
        AtomicBoolean written = new AtomicBoolean();
        Thread[] writer = new Thread[1];
        Migration migration = migration(pair, CutoverOptions.builder().trafficSwitch(context -> {
            writer[0] = new Thread(() -> write(pair, written), "writer");
            writer[0].start();
            writer[0].join(500);
            assertThat(written).isFalse();
        }));
        assertThat(migration.preflight().findings()).extracting(Finding::code).containsExactly("GW1216");
        pair.source().execute("app", migration.preflight().findings().get(0).remedy());
        assertThat(migration.preflight().findings()).isEmpty();
        cutOver(pair, migration);
        writer[0].join();
        assertThat(written).isFalse();
    }

    private static void write(PostgresPair pair, AtomicBoolean written) {
        try (Connection clerk = pair.source().connect("app", "clerk", "")) {
            run(clerk, "BEGIN; SET TRANSACTION READ WRITE; SELECT lo_put(11, 0, 'too late'); COMMIT");
            written.set(true);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn("57P01", "08006");
        }
    }

    private static void cutOver(PostgresPair pair, Migration migration) throws Exception {
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThat(LargeObjectsIT.contents(pair.target())).isEqualTo(LargeObjectsIT.contents(pair.source()));
            try (Connection clerk = pair.source().connect("app", "clerk", "")) {
                run(clerk, "SELECT lo_put(11, 20000, 'behind a hole')");
            }
            pair.source().execute("app", "SELECT lo_unlink(12)", "COMMENT ON LARGE OBJECT 14 IS 'new'");
            run.cutover();
        }
        assertThat(LargeObjectsIT.contents(pair.target())).isEqualTo(LargeObjectsIT.contents(pair.source()));
    }

    @Test
    void areCarriedIfTheyWereWrittenBetweenTheFenceAndTheSeal(PostgresPair pair) throws Exception {
        WriteFence fence = AlteredFence.beforeSeal(
                WriteFences.lockTables(), () -> asClerk(pair, "SELECT lo_put(11, 0, 'slipped through')"));
        Migration migration = migration(pair, CutoverOptions.builder().fence(fence));
        cutOver(pair, migration);
        assertThat(pair.target().query("app", "SELECT convert_from(lo_get(11, 0, 15), 'UTF8')"))
                .containsExactly("slipped through");
    }

    @Test
    void undoTheCutoverIfTheyAreWrittenOnAClosedSource(PostgresPair pair) throws Exception {
        AtomicBoolean writing = new AtomicBoolean(true);
        Migration migration = migration(pair, CutoverOptions.builder().fence(new BusyAfterSeal(pair, writing)));
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal': large objects are being written to on the source");
            writing.set(false);
            asClerk(pair, "SELECT lo_put(11, 0, 'the last word')");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThat(LargeObjectsIT.contents(pair.target())).isEqualTo(LargeObjectsIT.contents(pair.source()));
    }

    private static void asClerk(PostgresPair pair, String sql) {
        try (Connection clerk = pair.source().connect("app", "clerk", "")) {
            run(clerk, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Migration migration(PostgresPair pair, CutoverOptions.Builder cutover) {
        return Migration.builder()
                .name("least-rights")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                // Without the right to the catalog objects are read one by one, while other tests keep the machine
                // busy.
                .cutover(cutover.maxWritePause(PAUSE).build())
                .build();
    }

    /** The usual fence, with somebody who goes on in read-only sessions once it is sealed. */
    private record BusyAfterSeal(PostgresPair pair, AtomicBoolean writing) implements WriteFence {
        private static final WriteFence REAL = WriteFences.lockTables();

        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return REAL.check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            return new Busy(REAL.raise(context), pair, writing);
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            REAL.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            REAL.reclose(context);
        }
    }

    private static final class Busy implements RaisedFence {
        private final RaisedFence real;
        private final PostgresPair pair;
        private final AtomicBoolean writing;
        private final AtomicBoolean lifted = new AtomicBoolean();
        private Thread writer = new Thread(() -> {}, "nobody");

        Busy(RaisedFence real, PostgresPair pair, AtomicBoolean writing) {
            this.real = real;
            this.pair = pair;
            this.writing = writing;
        }

        @Override
        public long pausedSinceNanos() {
            return real.pausedSinceNanos();
        }

        @Override
        public void beginSeal(Deadline deadline) throws Exception {
            real.beginSeal(deadline);
        }

        @Override
        public void seal(Deadline deadline) throws Exception {
            real.seal(deadline);
            if (writing.get()) {
                Connection clerk = pair.source().connect("app", "clerk", "");
                run(clerk, "SELECT lo_put(11, 0, 'first')");
                writer = new Thread(() -> goOn(clerk), "busy");
                writer.start();
            }
        }

        private void goOn(Connection clerk) {
            try (clerk) {
                for (int i = 0; !lifted.get(); i++) {
                    run(clerk, "SELECT lo_put(11, 0, 'no " + i + "')");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void lift() throws Exception {
            lifted.set(true);
            writer.join();
            real.lift();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
