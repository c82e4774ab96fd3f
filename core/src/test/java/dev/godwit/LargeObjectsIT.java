package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaCopyOptions;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Large objects are on the target before the cutover, and the same as on the source after it, whoever writes to them. */
@PostgresPairTest(source = "13", target = "17")
final class LargeObjectsIT {
    private static final Duration READY = Duration.ofMinutes(3);

    @Test
    void areTheSameAfterACutoverUnderWritersFrom13To17(PostgresPair pair) throws Exception {
        cutOverUnderWriters(pair);
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void areTheSameAfterACutoverUnderWritersFrom10To18(PostgresPair pair) throws Exception {
        cutOverUnderWriters(pair);
    }

    @Test
    @PostgresPairTest(source = "18", target = "18")
    void areTheSameAfterACutoverUnderWritersFrom18To18(PostgresPair pair) throws Exception {
        cutOverUnderWriters(pair);
    }

    private static void cutOverUnderWriters(PostgresPair pair) throws Exception {
        prepare(pair);
        List<String> prepared = contents(pair.source());
        LargeObjectTraffic traffic = new LargeObjectTraffic(pair.sourceDataSource(), 3, 7);
        try (traffic) {
            TrafficSwitch trafficSwitch = context -> traffic.switchTo(pair.targetDataSource());
            try (MigrationRun run = migration(pair, trafficSwitch).start()) {
                run.awaitReadyToCutover(READY);
                assertThat(contents(pair.target())).containsAll(prepared);
                awaitAcknowledged(traffic, 500);
                run.cutover();
                assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            }
            awaitAcknowledged(traffic, 200);
        }
        assertThat(traffic.violations()).isEmpty();
        assertThat(contents(pair.target())).containsAll(prepared);
        assertThat(pair.target().query("app", "SELECT count(*) < 200 FROM pg_largeobject WHERE loid = 13"))
                .containsExactly("t");
        assertThat(pair.source().query("app", "SELECT count(*) FROM pg_locks WHERE NOT granted"))
                .containsExactly("0");
    }

    @Test
    void areMadeEqualAgainAfterACutoverThatWasUndone(PostgresPair pair) throws Exception {
        prepare(pair);
        pair.target().execute("app", "CREATE ROLE reader");
        AtomicInteger attempts = new AtomicInteger();
        TrafficSwitch failingOnce = context -> {
            // What is read through the functions for large objects would wait for the fence on the source.
            assertThat(pair.target().query("app", "SELECT convert_from(lo_get(20), 'UTF8')"))
                    .hasSize(1);
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
        };
        try (MigrationRun run = migration(pair, failingOnce).start()) {
            run.awaitReadyToCutover(READY);
            pair.target().execute("app", "GRANT SELECT ON LARGE OBJECT 11 TO reader");
            change(pair, "one");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'switch': not yet");
            change(pair, "another");
            pair.source().execute("app", "SELECT lo_unlink(12)", "COMMENT ON LARGE OBJECT 11 IS NULL");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThat(contents(pair.target()))
                .isEqualTo(contents(pair.source()))
                .anyMatch(object -> object.startsWith("20 "))
                .noneMatch(object -> object.startsWith("12 "));
        assertThat(pair.target()
                        .query(
                                "app",
                                "SELECT lomacl::text LIKE '%reader=r%' FROM pg_largeobject_metadata WHERE oid = 11"))
                .containsExactly("t");
    }

    @Test
    void haveTheirOwnersAndGrantsOnRequest(PostgresPair pair) throws Exception {
        prepare(pair);
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            server.execute("app", "CREATE ROLE \"Clerk %s\"", "CREATE ROLE reader", "CREATE ROLE writer");
        }
        pair.source()
                .execute(
                        "app",
                        "CREATE ROLE here",
                        "ALTER LARGE OBJECT 10 OWNER TO \"Clerk %s\"",
                        "GRANT SELECT ON LARGE OBJECT 10 TO PUBLIC",
                        "GRANT SELECT ON LARGE OBJECT 11 TO reader WITH GRANT OPTION",
                        "GRANT UPDATE ON LARGE OBJECT 11 TO reader, here",
                        "SET ROLE reader",
                        "GRANT SELECT ON LARGE OBJECT 11 TO writer",
                        "RESET ROLE",
                        "ALTER LARGE OBJECT 12 OWNER TO here",
                        "GRANT SELECT ON LARGE OBJECT 13 TO postgres, here",
                        "REVOKE UPDATE ON LARGE OBJECT 14 FROM postgres");
        Migration migration = migration(pair, CutoverOptions.builder())
                .schema(SchemaPreparers.fromCatalog(SchemaCopyOptions.builder()
                        .owners(true)
                        .privileges(true)
                        .build()))
                .build();
        assertThat(migration.preflight().findings())
                .extracting(Finding::observed)
                .contains(
                        "owner of large objects \"here\": the target lacks the role \"here\": CREATE ROLE \"here\" there, or they"
                                + " belong to the role that prepares the target",
                        "privileges of \"here\" on large objects: the target lacks the role \"here\": CREATE ROLE \"here\" there");
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThat(access(pair.target()))
                    .containsExactly(
                            "10 Clerk %s  SELECT f",
                            "11 postgres reader SELECT t",
                            "11 postgres reader UPDATE f",
                            "11 postgres writer SELECT f");
            pair.target().execute("app", "GRANT UPDATE ON LARGE OBJECT 15 TO writer");
            pair.source()
                    .execute(
                            "app",
                            "ALTER LARGE OBJECT 10 OWNER TO reader",
                            "REVOKE SELECT ON LARGE OBJECT 11 FROM reader CASCADE",
                            "SELECT lo_from_bytea(20, 'new')",
                            "ALTER LARGE OBJECT 20 OWNER TO \"Clerk %s\"",
                            "SELECT lo_put(10, 0, 'longer than it was')");
            run.cutover();
        }
        assertThat(access(pair.target()))
                .containsExactly("10 reader  SELECT f", "11 postgres reader UPDATE f", "20 Clerk %s");
        assertThat(contents(pair.target())).isEqualTo(contents(pair.source()));
    }

    /** OID and owner, grantee, privilege and whether it may be handed on, of those that are not wholly the superuser's. */
    private static List<String> access(PostgresServer server) {
        return server.query(
                "app",
                "SELECT concat_ws(' ', m.oid, pg_get_userbyid(m.lomowner), CASE WHEN a.grantee = 0 THEN ''"
                        + " ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, a.is_grantable)"
                        + " FROM pg_largeobject_metadata m LEFT JOIN aclexplode(m.lomacl) a ON a.grantee <> m.lomowner"
                        + " WHERE m.lomowner <> 10 OR a.grantee <> 10 ORDER BY m.oid, 1");
    }

    private static void change(PostgresPair pair, String text) {
        pair.source()
                .execute(
                        "app",
                        "SELECT lo_put(11, 3, '" + text + "')",
                        "SELECT lo_truncate(lo_open(14, 131072), 3000000)",
                        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = 20",
                        "SELECT lo_from_bytea(20, '" + text + "')",
                        "COMMENT ON LARGE OBJECT 10 IS 'now " + text + "'");
    }

    @Test
    void goOnWhereACopyWasInterrupted(PostgresPair pair) throws Exception {
        prepare(pair);
        pair.source()
                .execute(
                        "app",
                        "SELECT count(lo_from_bytea(i, convert_to(i::text, 'UTF8'))) FROM generate_series(1001, 2500) i");
        Migration migration = migration(pair, TrafficSwitch.byHand());
        try (Connection gate = pair.connectTarget();
                Statement statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
            try (MigrationRun run = migration.start()) {
                holdUpAfterTheFirstGroup(pair.target());
                await().atMost(READY).until(() -> copied(pair) > 0);
                await().atMost(READY)
                        .until(() -> pair.target()
                                .query(
                                        "app",
                                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                .equals(List.of("1")));
                assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
            }
        }
        assertThat(copied(pair)).isPositive().isLessThan(1500);
        pair.source().execute("app", "SELECT lo_put(1001, 0, 'changed')", "SELECT lo_unlink(1002)");
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            assertThat(contents(pair.target())).isEqualTo(contents(pair.source()));
            run.cutover();
        }
        assertThat(contents(pair.target())).isEqualTo(contents(pair.source()));
    }

    private static void holdUpAfterTheFirstGroup(PostgresServer target) {
        target.execute(
                "app",
                "CREATE FUNCTION godwit.hold_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF EXISTS (SELECT 1 FROM godwit.large_object) THEN PERFORM pg_advisory_xact_lock(4711); END IF;"
                        + " RETURN NULL; END $$",
                "CREATE TRIGGER hold_up BEFORE INSERT ON godwit.large_object FOR EACH STATEMENT"
                        + " EXECUTE FUNCTION godwit.hold_up()");
    }

    private static long copied(PostgresPair pair) {
        return Long.parseLong(pair.target()
                .query("app", "SELECT count(*) FROM godwit.large_object")
                .get(0));
    }

    @Test
    void ofOthersOnTheTargetStayAndAreNotOverwritten(PostgresPair pair) throws Exception {
        prepare(pair);
        Migration migration = migration(pair, TrafficSwitch.byHand());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            pair.target()
                    .execute("app", "SELECT lo_from_bytea(30, 'theirs')", "SELECT lo_from_bytea(31, 'theirs, too')");
            pair.source().execute("app", "SELECT lo_from_bytea(30, 'the source''s')", "SELECT lo_unlink(11)");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining(
                            "in step 'prepare', before anything was fenced: large object 30 exists on the target");
            pair.target().execute("app", "SELECT lo_unlink(30)");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThat(pair.target().query("app", "SELECT convert_from(lo_get(31), 'UTF8')"))
                .containsExactly("theirs, too");
        pair.target().execute("app", "SELECT lo_unlink(31)");
        assertThat(contents(pair.target())).isEqualTo(contents(pair.source()));
        migration.cleanUp();
        assertThat(contents(pair.target())).isEqualTo(contents(pair.source()));
    }

    @Test
    void thatAppearWhereThereWereNoneAreCarriedAndThoseLeftByACancelledRunAreReported(PostgresPair pair)
            throws Exception {
        pair.source().execute("app", "CREATE TABLE document (id int PRIMARY KEY, body oid)");
        Migration migration = migration(pair, TrafficSwitch.byHand());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            pair.source().execute("app", "SELECT lo_from_bytea(10, 'first')");
            run.cutover();
        }
        assertThat(contents(pair.target())).isEqualTo(contents(pair.source())).hasSize(1);
        migration.cleanUp();
        assertThatThrownBy(migration::start)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("the target holds large objects already");
    }

    @Test
    void refuseTheCutoverWhereComparingThemTakesLongerThanThePause(PostgresPair pair) throws Exception {
        prepare(pair);
        pair.source().execute("app", "SELECT count(lo_create(i)) FROM generate_series(1000001, 1100000) i");
        CutoverOptions.Builder impatient = CutoverOptions.builder().maxWritePause(Duration.ofMillis(100));
        try (MigrationRun run = migration(pair, impatient).build().start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("before anything was fenced: to compare the large objects");
            run.cancel();
        }
        assertThat(pair.target().query("app", "SELECT count(*) FROM pg_largeobject_metadata"))
                .containsExactly("100008");
    }

    static Migration migration(PostgresPair pair, TrafficSwitch trafficSwitch) {
        return migration(pair, CutoverOptions.builder().trafficSwitch(trafficSwitch))
                .build();
    }

    private static Migration.Builder migration(PostgresPair pair, CutoverOptions.Builder cutover) {
        return Migration.builder()
                .name("objects")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(cutover.build());
    }

    /** Small ones, an empty one, one with a hole, one of more than 16 MiB, one that ends in zeros. */
    static void prepare(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE document (id int PRIMARY KEY, body oid)",
                        "INSERT INTO document VALUES (1, 10), (2, 11)",
                        "SELECT lo_from_bytea(10, 'small')",
                        "COMMENT ON LARGE OBJECT 10 IS 'it''s \\ small? {d ''x''} Größe'",
                        "SELECT lo_from_bytea(11, convert_to(repeat('0123456789abcdef', 1000), 'UTF8'))",
                        "COMMENT ON LARGE OBJECT 11 IS 'text'",
                        "SELECT lo_create(12)",
                        "SELECT lo_create(13)",
                        "SELECT lo_put(13, 60000000, 'far out'), lo_put(13, 5000, 'near')",
                        "SELECT lo_create(14)",
                        "SELECT lo_put(14, i * 48000, convert_to(repeat(md5(i::text), 1500), 'UTF8'))"
                                + " FROM generate_series(0, 399) i",
                        "SELECT lo_from_bytea(15, '\\x0100000000')",
                        "SELECT lo_create(16)",
                        "SELECT lo_truncate(lo_open(16, 131072), 7000)",
                        "SELECT lo_from_bytea(4294967290, 'the last ones')");
    }

    /** OID, size, hash, comment. */
    static List<String> contents(PostgresServer server) {
        return server.query(
                "app",
                "SELECT concat_ws(' ', o.oid, length(o.data), md5(o.data), obj_description(o.oid, 'pg_largeobject'))"
                        + " FROM (SELECT oid, lo_get(oid) AS data FROM pg_largeobject_metadata) o ORDER BY o.oid");
    }

    private static void awaitAcknowledged(LargeObjectTraffic traffic, int more) {
        int before = traffic.acknowledged();
        await().atMost(READY)
                .until(() -> traffic.acknowledged() >= before + more
                        || !traffic.violations().isEmpty());
    }
}
