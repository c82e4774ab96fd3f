package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.TestkitException;
import dev.godwit.testkit.WriteWorkload;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A small database under traffic that is migrated by processes that are killed, and what must hold in the end: each
 * acknowledged transaction is on the target once, both sides were identical when traffic was switched, and nothing is left.
 *
 * <p>Every token that the workload writes makes the source write an entry, through a trigger that would fire on the target as
 * well if it were not held back there: a change applied twice, or a trigger fired twice, shows as a second entry.
 */
final class LiveSource implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SESSION_ENDED = "57P01";
    private static final String CONTENTS =
            "SELECT count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) FROM workload.token t";

    private static final String[] TABLES = {
        "CREATE SCHEMA app",
        "CREATE TABLE app.kind (id int PRIMARY KEY, name text NOT NULL UNIQUE)",
        "INSERT INTO app.kind SELECT i, 'kind ' || i FROM generate_series(0, 9) i",
        "CREATE TABLE app.entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigserial NOT NULL,"
                + " token bigint NOT NULL, kind int NOT NULL CONSTRAINT entry_kind REFERENCES app.kind)",
        "CREATE INDEX entry_token ON app.entry (token)",
        "CREATE FUNCTION app.enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " INSERT INTO app.entry (token, kind) VALUES (new.id, abs(new.id) % 10); RETURN NULL; END $$",
        "CREATE TRIGGER enter AFTER INSERT ON workload.token FOR EACH ROW EXECUTE FUNCTION app.enter()",
        "ALTER TABLE workload.token ENABLE ALWAYS TRIGGER enter",
        "CREATE TABLE app.large (id int PRIMARY KEY, payload text NOT NULL)",
        "INSERT INTO app.large SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 20000) i",
        "CREATE INDEX large_payload ON app.large (md5(payload))",
        "ANALYZE",
    };

    private final PostgresPair pair;
    private final WriteWorkload workload;
    private final List<Migrator> migrators = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();
    private volatile String contentsAtSwitch = "";

    LiveSource(PostgresPair pair, long seed) throws Exception {
        this.pair = pair;
        this.workload = WriteWorkload.builder(pair.sourceDataSource())
                .writers(3)
                .seed(seed)
                .thinkTime(Duration.ofMillis(25))
                .build();
        workload.createTables();
        pair.source().execute(PostgresPair.DATABASE, TABLES);
        workload.start();
        workload.awaitAcknowledged(100, LIMIT);
    }

    /** Starts a process that lives. */
    Migrator resume() {
        return resume(Moment.NONE, "");
    }

    /** Starts a process that halts at a moment. */
    Migrator resume(String moment) {
        return resume(moment, "");
    }

    /** Starts a process in which one step of the schema takes so long that it can be killed in its middle. */
    Migrator resumeWithSlow(String step) {
        return resume(Moment.NONE, step);
    }

    private Migrator resume(String moment, String stretched) {
        Migrator migrator = new Migrator(pair, moment, stretched, this::switchTraffic);
        migrators.add(migrator);
        return migrator;
    }

    /** Compares, while the source is closed and nobody writes to the target yet, and lets traffic go on there. */
    private synchronized void switchTraffic() {
        if (!contentsAtSwitch.isEmpty()) {
            return;
        }
        try {
            differences.addAll(DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                    .run()
                    .differences());
        } catch (SQLException e) {
            throw new IllegalStateException("comparing at the switch", e);
        }
        contentsAtSwitch = ask(pair.source(), CONTENTS);
        workload.switchTo(pair.targetDataSource());
    }

    /** Kills a process when a query finds something; gives what it found. */
    String killWhen(Migrator migrator, PostgresServer server, String sql) {
        String found = await(migrator, server, sql);
        migrator.kill();
        return found;
    }

    /** Waits until a query finds something, which it must do while a process lives; gives what it found. */
    String await(Migrator migrator, PostgresServer server, String sql) {
        return Awaitility.await(sql)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            boolean alive = migrator.isAlive();
                            String found = askUnlessEnded(server, sql);
                            assertThat(alive || !found.isEmpty())
                                    .as("alive, the process that said %s, while waiting for: %s", migrator.said(), sql)
                                    .isTrue();
                            return found;
                        },
                        found -> !found.isEmpty());
    }

    /** The cutover's seal ends who is connected to the source, and may well meet this one: it asks again. */
    private String askUnlessEnded(PostgresServer server, String sql) {
        try {
            return ask(server, sql);
        } catch (TestkitException e) {
            if (e.getCause() instanceof SQLException cause && SESSION_ENDED.equals(cause.getSQLState())) {
                return "";
            }
            throw e;
        }
    }

    /** Gives the first value, empty if there is no row; without the workload's schema as long as that does not exist. */
    String ask(PostgresServer server, String sql) {
        List<String> rows = server.query(PostgresPair.DATABASE, sql);
        return rows.isEmpty() || rows.get(0) == null ? "" : rows.get(0);
    }

    String ofTarget(String sql) {
        return ask(pair.target(), sql);
    }

    String ofSource(String sql) {
        return ask(pair.source(), sql);
    }

    /** Requires that transactions are acknowledged again, wherever traffic is. */
    void awaitTraffic() throws InterruptedException {
        workload.awaitAcknowledged(workload.statistics().acknowledged() + 30, Duration.ofSeconds(10));
    }

    void awaitTraffic(int transactions) throws InterruptedException {
        workload.awaitAcknowledged(workload.statistics().acknowledged() + transactions, LIMIT);
    }

    /** Lets a process cut over, and looks at everything. */
    void cutOver(Migrator last) throws Exception {
        last.awaitReady().go();
        requireCompleted(last);
    }

    /** Waits for a process that finishes what an earlier one decided, and looks at everything. */
    void requireCompleted(Migrator last) throws Exception {
        last.awaitCompleted();
        requireIdentical();
    }

    private void requireIdentical() throws Exception {
        assertThat(ofTarget("SELECT phase FROM godwit.migration")).isEqualTo("COMPLETED");
        assertThat(contentsAtSwitch).as("what the source held at the switch").isNotEmpty();
        assertThat(differences).as("differences at the switch").isEmpty();
        awaitTraffic(100);
        workload.stop();
        assertThat(workload.verify(pair.targetDataSource())).isEmpty();
        assertThat(ofTarget("SELECT count(*) FROM app.entry e FULL JOIN workload.token t ON t.id = e.token"
                        + " WHERE t.id IS NULL OR e.id IS NULL"))
                .as("tokens without entry, entries without token")
                .isEqualTo("0");
        assertThat(ofTarget("SELECT (SELECT count(*) FROM app.entry) - (SELECT count(*) FROM workload.token)"))
                .as("entries made twice")
                .isEqualTo("0");
        requireFitForTraffic();
        requireSourceClosed();
    }

    private void requireFitForTraffic() {
        assertThat(ofTarget("SELECT tgenabled FROM pg_trigger WHERE tgname = 'enter'"))
                .isEqualTo("A");
        assertThat(ofTarget("SELECT attidentity FROM pg_attribute WHERE attrelid = 'app.entry'::regclass"
                        + " AND attname = 'id'"))
                .isEqualTo("a");
        assertThat(ofTarget("SELECT count(*) FROM pg_constraint WHERE conname = 'entry_kind' AND convalidated"))
                .isEqualTo("1");
        assertThat(ofTarget("SELECT count(*) FROM pg_index WHERE indrelid IN ('app.large'::regclass,"
                        + " 'app.entry'::regclass, 'app.kind'::regclass) AND indisvalid AND indisready"))
                .isEqualTo("6");
    }

    private void requireSourceClosed() {
        assertThat(ofSource("SHOW default_transaction_read_only")).isEqualTo("on");
        assertThat(ofSource(CONTENTS)).as("the source after the switch").isEqualTo(contentsAtSwitch);
        assertThat(ofSource("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        assertThat(ofSource("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Override
    public void close() {
        migrators.forEach(Migrator::close);
        workload.close();
    }
}
