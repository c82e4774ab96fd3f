package dev.godwit.control;

import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.copy.Throttles;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A migration that is held in a phase until the test lets it go: in SCHEMA and CATCH_UP by a lock that one of its steps waits for, in
 * SNAPSHOT by its throttle, in CUTOVER by the switch. In FAILED a step fails. In other phases nothing holds it.
 */
final class Held implements AutoCloseable {
    static final Duration LIMIT = Duration.ofMinutes(3);
    static final String NAME = "held";
    private static final String WAITING =
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 4711 AND NOT granted";

    private final PostgresPair pair;
    private final MigrationPhase phase;
    private final AtomicBoolean holding = new AtomicBoolean(true);
    private final CountDownLatch switching = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Connection lock;
    /** What the switch does before it is held. */
    volatile TrafficSwitch onSwitch = context -> {};

    final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    Held(PostgresPair pair, MigrationPhase phase) throws SQLException {
        this.pair = pair;
        this.phase = phase;
        this.lock = pair.connectTarget();
        execute("SELECT pg_advisory_lock(4711, 1)");
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE SCHEMA shop",
                        "CREATE TYPE shop.colour AS ENUM ('red', 'blue')",
                        "CREATE FUNCTION shop.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * i'",
                        "CREATE TABLE shop.kind (id int PRIMARY KEY, name text NOT NULL, c shop.colour)",
                        "CREATE TABLE shop.item (id bigserial PRIMARY KEY, kind int REFERENCES shop.kind, v text)",
                        "CREATE INDEX item_v ON shop.item (v)",
                        "CREATE OPERATOR shop.=== (PROCEDURE = int4eq, LEFTARG = int, RIGHTARG = int)",
                        "CREATE OPERATOR CLASS shop.four FOR TYPE int USING btree AS OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int)",
                        "CREATE CAST (shop.colour AS text) WITH INOUT",
                        "CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = simple)",
                        "CREATE FOREIGN DATA WRAPPER w",
                        "CREATE SERVER s FOREIGN DATA WRAPPER w",
                        "CREATE USER MAPPING FOR PUBLIC SERVER s",
                        "CREATE FOREIGN TABLE shop.far (id int) SERVER s",
                        "CREATE FUNCTION shop.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                        "CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION shop.e()",
                        "CREATE VIEW shop.names AS SELECT name, shop.twice(id) AS twice FROM shop.kind",
                        "CREATE MATERIALIZED VIEW shop.counts AS SELECT kind, count(*) FROM shop.item GROUP BY 1",
                        "INSERT INTO shop.kind SELECT i, 'kind ' || i, 'red' FROM generate_series(1, 10) i",
                        "INSERT INTO shop.item (kind, v) SELECT 1 + i % 10, repeat('x', 100) FROM generate_series(1, 2000) i",
                        "SELECT lo_from_bytea(0, 'large')",
                        "ANALYZE");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = lock.createStatement()) {
            statement.execute(sql);
        }
    }

    Migration migration() {
        return migration(pair.sourceUrl()).build();
    }

    Migration.Builder migration(String sourceUrl) {
        return Migration.builder()
                .name(NAME)
                .source(Endpoint.of(sourceUrl).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(preparer())
                .copy(CopyOptions.builder()
                        .workers(2)
                        .throttle(Throttles.whileSet(() -> phase == MigrationPhase.SNAPSHOT && holding.get()))
                        .build())
                .cutover(CutoverOptions.builder()
                        .trafficSwitch(this::atSwitch)
                        .maxWritePause(Duration.ofSeconds(30))
                        .build())
                .listener(events::add);
    }

    private void atSwitch(SwitchContext context) throws Exception {
        onSwitch.switchToTarget(context);
        if (phase == MigrationPhase.CUTOVER) {
            switching.countDown();
            released.await();
        }
    }

    private SchemaPreparer preparer() {
        SchemaPreparer real = SchemaPreparers.fromCatalog();
        return (source, target, tables) -> {
            SchemaPlan plan = real.plan(source, target, tables);
            List<SchemaStep> steps = new ArrayList<>();
            boolean held = false;
            for (SchemaStep step : plan.steps()) {
                if (!held && step.stage() == heldStage()) {
                    held = true;
                    String hold =
                            phase == MigrationPhase.FAILED ? "SELECT 1 / 0" : "SELECT pg_advisory_xact_lock(4711, 1)";
                    steps.add(new SchemaStep(step.id(), step.stage(), step.tableOrNull(), hold + ";\n" + step.sql()));
                } else {
                    steps.add(step);
                }
            }
            return new SchemaPlan(steps, plan.notCarried(), plan.needs());
        };
    }

    private @Nullable SchemaStage heldStage() {
        return switch (phase) {
            case SCHEMA, FAILED -> SchemaStage.BEFORE_COPY;
            case CATCH_UP -> SchemaStage.FOREIGN_KEYS;
            default -> null;
        };
    }

    /** Starts it, and waits until it is held in its phase. */
    MigrationRun start() throws InterruptedException {
        return awaitHeld(migration().start());
    }

    MigrationRun awaitHeld(MigrationRun run) throws InterruptedException {
        switch (phase) {
            case SCHEMA, CATCH_UP ->
                await().atMost(LIMIT)
                        .until(() ->
                                !pair.target().query(pair.database(), WAITING).isEmpty());
            case SNAPSHOT ->
                await().atMost(LIMIT)
                        .until(() -> !told(MigrationEvent.CopyThrottled.class).isEmpty());
            case FAILED -> await().atMost(LIMIT).until(() -> run.phase() == MigrationPhase.FAILED);
            case CUTOVER -> {
                run.awaitReadyToCutover(LIMIT);
                Thread cutover = new Thread(run::cutover, "cutover");
                cutover.setDaemon(true);
                cutover.start();
                await().atMost(LIMIT).until(() -> switching.getCount() == 0);
            }
            default -> run.awaitReadyToCutover(LIMIT);
        }
        return run;
    }

    /** Lets it go on. */
    void release() throws SQLException {
        holding.set(false);
        released.countDown();
        execute("SELECT pg_advisory_unlock_all()");
    }

    <T extends MigrationEvent> List<T> told(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<MigrationPhase> phases() {
        return told(MigrationEvent.PhaseChanged.class).stream()
                .map(MigrationEvent.PhaseChanged::to)
                .toList();
    }

    /** Waits until the run has said that nothing is under way any more. */
    void awaitStandstill() {
        await().atMost(LIMIT).until(() -> !standstills().isEmpty());
    }

    List<String> standstills() {
        return told(MigrationEvent.Warning.class).stream()
                .map(MigrationEvent.Warning::message)
                .filter(message -> message.contains("paused by MigrationRun.pause()"))
                .toList();
    }

    String ofSource(String sql) {
        return first(pair.source().query(pair.database(), sql));
    }

    String ofTarget(String sql) {
        return first(pair.target().query(pair.database(), sql));
    }

    private static String first(List<String> rows) {
        return rows.isEmpty() || rows.get(0) == null ? "" : rows.get(0);
    }

    /** What somebody does on the source at any time. */
    void write() {
        pair.source().execute(pair.database(), "INSERT INTO shop.item (kind, v) VALUES (3, 'late')");
    }

    void complete(MigrationRun run) throws Exception {
        run.awaitReadyToCutover(LIMIT);
        run.cutover();
        requireIdentical();
    }

    void requireIdentical() throws Exception {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    @Override
    public void close() throws SQLException {
        released.countDown();
        lock.close();
    }
}
