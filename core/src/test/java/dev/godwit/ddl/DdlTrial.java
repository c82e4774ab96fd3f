package dev.godwit.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.godwit.ApplyOptions;
import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.copy.Throttles;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.ddl.DdlKind.Duty;
import dev.godwit.ddl.DdlKind.Outcome;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresAssertions;
import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A migration of several kinds' schemas, and somebody who does what the run asks for. Used by one thread. */
final class DdlTrial implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final PostgresPair pair;
    private final List<DdlKind> kinds;
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private final Map<Outcome, Set<String>> seen = new EnumMap<>(Outcome.class);
    private final Set<String> mended = new TreeSet<>();
    private final List<DdlKind> changed = new CopyOnWriteArrayList<>();
    private int beacon;
    private volatile boolean copyHeld;

    private WriteFence fence = WriteFences.lockTables();

    private @Nullable MigrationRun run;

    DdlTrial(PostgresPair pair, List<DdlKind> kinds) throws SQLException {
        this.pair = pair;
        this.kinds = kinds;
        try (Connection source = pair.connectSource()) {
            execute(source, "CREATE TABLE beacon (id int PRIMARY KEY)");
            for (DdlKind kind : kinds) {
                execute(source, kind.created().toArray(String[]::new));
            }
        }
    }

    List<DdlKind> kinds() {
        return kinds;
    }

    MigrationRun run() {
        return Objects.requireNonNull(run, "started first");
    }

    /** Cutovers have this fence. */
    void fence(WriteFence other) {
        fence = other;
    }

    void start() {
        run = migration().start();
    }

    /** No table is copied until {@link #goOn}. */
    void startHeld() {
        copyHeld = true;
        start();
        // By then all tables are locked.
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> events.stream().anyMatch(MigrationEvent.CopyThrottled.class::isInstance));
    }

    void goOn() {
        copyHeld = false;
    }

    void resume() {
        run = migration().resume();
    }

    /** Writes a row in the old shape. */
    void before(DdlKind kind, Connection source) throws SQLException {
        execute(source, kind.searchPath(), DdlKind.WRITE_BEFORE);
    }

    void change(DdlKind kind, Connection source) throws SQLException {
        execute(source, kind.searchPath());
        execute(source, kind.ddl().toArray(String[]::new));
        done(kind);
    }

    /** From here on the run has to see to it. */
    void done(DdlKind kind) {
        changed.add(kind);
    }

    void after(DdlKind kind, Connection source) throws SQLException {
        execute(source, kind.searchPath(), kind.write());
    }

    /** Does what the run asks for, until everything written so far is on the target and nothing is in the way of the cutover. */
    void followUp() throws Exception {
        pair.source().execute(pair.database(), "INSERT INTO beacon VALUES (" + ++beacon + ")");
        while (!hasArrived()) {
            if (run().phase() == MigrationPhase.PAUSED) {
                mendPaused();
            } else if (run().phase() == MigrationPhase.FAILED) {
                mendFailed();
            }
        }
        report();
        perform();
        run().awaitReadyToCutover(LIMIT);
        assertThat(run().schemaChanges()).as("when all was done").isEmpty();
    }

    private boolean hasArrived() {
        return Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            if (run().phase() == MigrationPhase.PAUSED || run().phase() == MigrationPhase.FAILED) {
                                return "stopped";
                            }
                            return pair.target()
                                    .query(pair.database(), "SELECT max(id) FROM beacon")
                                    .get(0);
                        },
                        state -> state.equals("stopped") || state.equals(String.valueOf(beacon)))
                .equals(String.valueOf(beacon));
    }

    private void mendPaused() throws SQLException {
        MigrationException paused =
                catchThrowableOfType(MigrationException.class, () -> run().awaitReadyToCutover(LIMIT));
        DdlKind kind = saw(Outcome.PAUSES, paused);
        assertNothingWrong(kind);
        mend(kind);
        if (kind.duty() == Duty.COPY_AFRESH_TO_GO_ON) {
            run().copyAfresh(kind.table());
        } else {
            run().resume();
        }
    }

    private void mendFailed() throws SQLException {
        MigrationException failed =
                catchThrowableOfType(MigrationException.class, () -> run().awaitReadyToCutover(LIMIT));
        run().close();
        DdlKind kind = saw(Outcome.FAILS, failed);
        assertNothingWrong(kind);
        mend(kind);
        resume();
    }

    /** Which kind it is that the run has stopped at. */
    private DdlKind saw(Outcome outcome, Throwable stopped) {
        String message = String.valueOf(stopped.getMessage());
        DdlKind stopping = kinds.stream()
                .filter(kind -> names(message, kind))
                .findAny()
                .orElseThrow(() -> new AssertionError("names no table: " + message, stopped));
        assertThat(stopping.outcome()).as("%s: %s", stopping, message).isEqualTo(outcome);
        assertThat(message).as(stopping.name()).contains(stopping.message());
        assertThat(mended).as("%s again: %s", stopping, message).doesNotContain(stopping.name());
        note(outcome, stopping);
        return stopping;
    }

    private static boolean names(String message, DdlKind kind) {
        return message.contains(kind.schema() + ".") || message.contains('"' + kind.schema() + '"');
    }

    private void note(Outcome outcome, DdlKind kind) {
        seen.computeIfAbsent(outcome, key -> new TreeSet<>()).add(kind.name());
    }

    /** What was written before the DDL is there, what was written after it is not. */
    private void assertNothingWrong(DdlKind kind) {
        assertThat(pair.target()
                        .query(
                                pair.database(),
                                "SELECT id FROM " + kind.schema() + ".t WHERE id IN (2, 800, 900) ORDER BY 1"))
                .as("%s: before its first row", kind)
                .containsExactly("2", "800");
    }

    private void mend(DdlKind kind) throws SQLException {
        mended.add(kind.name());
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            execute(source, kind.searchPath());
            execute(target, kind.searchPath());
            for (String statement : kind.mending()) {
                if (statement.startsWith(DdlKind.ON_SOURCE)) {
                    execute(source, statement.substring(DdlKind.ON_SOURCE.length()));
                } else {
                    execute(target, statement);
                }
            }
        }
    }

    /** All that is not on the target is told, and brought over. */
    private void report() throws SQLException {
        List<String> changes = run().schemaChanges();
        for (DdlKind kind : changed) {
            if (kind.outcome() == Outcome.REPORTED && !mended.contains(kind.name())) {
                assertThat(changes)
                        .as(kind.name())
                        .anyMatch(change -> names(change, kind) && change.contains(kind.message()));
                note(Outcome.REPORTED, kind);
                mend(kind);
            } else if (kind.outcome() == Outcome.CREATED && !mended.contains(kind.name())) {
                Awaitility.await()
                        .atMost(LIMIT)
                        .untilAsserted(
                                () -> assertThat(created()).as(kind.name()).contains(kind.message()));
                note(Outcome.CREATED, kind);
                mend(kind);
            } else if (kind.outcome() == Outcome.UNHARMED) {
                assertThat(changes).noneMatch(change -> names(change, kind));
                note(Outcome.UNHARMED, kind);
            }
        }
    }

    private List<String> created() {
        return events.stream()
                .filter(MigrationEvent.TablesCreated.class::isInstance)
                .flatMap(event -> ((MigrationEvent.TablesCreated) event).tables().stream())
                .toList();
    }

    private void perform() throws Exception {
        String[] afresh = tables(Duty.COPY_AFRESH);
        if (afresh.length > 0) {
            run().awaitReadyToCutover(LIMIT);
            run().copyAfresh(afresh);
            run().awaitReadyToCutover(LIMIT);
        }
        String[] added = tables(Duty.ADD_TABLE);
        if (added.length > 0) {
            run().addTable(added);
            run().awaitReadyToCutover(LIMIT);
        }
        List<String> left = run().schemaChanges();
        for (DdlKind kind : changed) {
            assertThat(left.stream().anyMatch(change -> names(change, kind)))
                    .as("%s is what is left to be acknowledged: %s", kind, left)
                    .isEqualTo(mended.contains(kind.name()) && kind.duty() == Duty.ACKNOWLEDGE);
        }
        if (!left.isEmpty()) {
            run().acknowledgeSchemaChanges();
        }
    }

    private String[] tables(Duty duty) {
        return kinds.stream()
                .filter(kind -> kind.duty() == duty && mended.contains(kind.name()))
                .map(DdlKind::table)
                .toArray(String[]::new);
    }

    /** Each kind had its outcome, and both databases are the same. */
    void finish() throws Exception {
        run().cutover();
        run().close();
        assertThat(seen)
                .isEqualTo(kinds.stream()
                        .collect(Collectors.groupingBy(
                                DdlKind::outcome,
                                () -> new EnumMap<>(Outcome.class),
                                Collectors.mapping(DdlKind::name, Collectors.toCollection(TreeSet::new)))));
        PostgresAssertions.assertThat(pair).hasIdenticalData();
        migration().cleanUp();
    }

    Migration migration() {
        return Migration.builder()
                .name("ddl")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder()
                        .throttle(Throttles.whileSet(() -> copyHeld))
                        .build())
                .apply(ApplyOptions.builder()
                        .schemaCheckInterval(Duration.ofMillis(100))
                        .build())
                .cutover(CutoverOptions.builder().fence(fence).build())
                .listener(events::add)
                .build();
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        if (run != null) {
            run.close();
        }
    }
}
