package dev.godwit.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.WriteWorkload;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Several small databases of one server under traffic, one of them with a name that has to be quoted, and what must hold when they
 * have been moved: each acknowledged transaction is there once, and each source was identical with its target when its traffic
 * was switched.
 *
 * <p>Each database has a trigger that must not fire while changes are applied, so that a target that was made fit for traffic and
 * unfit again shows.
 */
public final class Shops implements AutoCloseable {
    /** How long a test waits for what takes a moment. */
    public static final Duration LIMIT = Duration.ofMinutes(3);

    /** The group's name. */
    public static final String GROUP = "shops";

    private static final Map<String, String> DATABASES = databases();

    private final PostgresPair pair;
    private final Map<String, WriteWorkload> workloads = new LinkedHashMap<>();
    private final Map<String, List<String>> differences = new ConcurrentHashMap<>();

    /** Creates databases, and writes to them. */
    public Shops(PostgresPair pair, int count, long seed) throws Exception {
        this.pair = pair;
        for (String name : names(count)) {
            String database = database(name);
            pair.source().createDatabase(database);
            WriteWorkload workload = WriteWorkload.builder(pair.source().dataSource(database))
                    .writers(2)
                    .seed(seed)
                    .thinkTime(Duration.ofMillis(50))
                    .build();
            workloads.put(name, workload);
            workload.createTables();
            pair.source()
                    .execute(
                            database,
                            "CREATE TABLE noted (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, token bigint NOT NULL)",
                            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                    + " INSERT INTO public.noted (token) VALUES (new.id); RETURN NULL; END $$",
                            "CREATE TRIGGER note AFTER INSERT ON workload.token FOR EACH ROW EXECUTE FUNCTION note()",
                            "ALTER TABLE workload.token ENABLE ALWAYS TRIGGER note");
            workload.start();
        }
        for (WriteWorkload workload : workloads.values()) {
            workload.awaitAcknowledged(20, LIMIT);
        }
    }

    private static Map<String, String> databases() {
        Map<String, String> databases = new LinkedHashMap<>();
        databases.put("orders", "orders");
        databases.put("stock", "Stock \"of\" May's & 100% more");
        databases.put("people", "people");
        databases.put("audit", "audit/2020");
        return databases;
    }

    /** Gives the names of the first migrations. */
    public static List<String> names(int count) {
        return List.copyOf(DATABASES.keySet()).subList(0, count);
    }

    /** Gives the name of a migration's database, the same on both servers. */
    public static String database(String migration) {
        return Objects.requireNonNull(DATABASES.get(migration), migration);
    }

    /** Gives the names of the migrations. */
    public List<String> names() {
        return List.copyOf(workloads.keySet());
    }

    /** Describes one migration, into a database that it creates. */
    public static Migration.Builder migration(
            String name, Function<String, String> source, Function<String, String> target, CutoverOptions cutover) {
        return Migration.builder()
                .name(name)
                .source(Endpoint.of(source.apply(database(name))).credentials("postgres", ""))
                .target(Endpoint.of(target.apply(database(name))).credentials("postgres", ""))
                .createTargetDatabase(true)
                .copy(CopyOptions.builder().workers(1).build())
                .cutover(cutover);
    }

    /** Begins to describe the group, of migrations that switch the workloads. */
    public MigrationGroup.Builder group(Map<String, CutoverOptions.Builder> cutovers) {
        return group(cutovers, pair.source()::url, pair.target()::url);
    }

    /** Begins to describe the group, of migrations that reach the servers in another way. */
    public MigrationGroup.Builder group(
            Map<String, CutoverOptions.Builder> cutovers,
            Function<String, String> source,
            Function<String, String> target) {
        MigrationGroup.Builder group = MigrationGroup.builder().name(GROUP).parallel(2);
        for (String name : names()) {
            CutoverOptions.Builder cutover =
                    cutovers.getOrDefault(name, options().trafficSwitch(this::switchTraffic));
            group.migration(migration(name, source, target, cutover.build()));
        }
        return group;
    }

    /** Gives the group without anything special. */
    public MigrationGroup group() {
        return group(Map.of()).build();
    }

    /** Begins to describe how one is cut over. */
    public static CutoverOptions.Builder options() {
        return CutoverOptions.builder().maxWritePause(Duration.ofSeconds(20));
    }

    /** Lets something happen around the real switch. */
    public CutoverOptions.Builder switching(UnaryOperator<TrafficSwitch> around) {
        return options().trafficSwitch(around.apply(this::switchTraffic));
    }

    /** Lets something happen around the real switch, and writers wait for no longer than that. */
    CutoverOptions.Builder switching(UnaryOperator<TrafficSwitch> around, Duration maxWritePause) {
        return CutoverOptions.builder().maxWritePause(maxWritePause).trafficSwitch(around.apply(this::switchTraffic));
    }

    /** Lets something happen around the real fence. */
    public CutoverOptions.Builder fencing(UnaryOperator<WriteFence> around) {
        return options().trafficSwitch(this::switchTraffic).fence(around.apply(WriteFences.lockTables()));
    }

    private void switchTraffic(SwitchContext context) {
        switchTraffic(context.migration());
    }

    /** Compares, while nobody writes to either side, and sends the workload to the target; once. */
    public void switchTraffic(String migration) {
        differences.computeIfAbsent(migration, name -> {
            String database = database(name);
            try {
                List<String> found = DatabaseComparison.between(
                                pair.source().dataSource(database),
                                pair.target().dataSource(database))
                        .excludingSchema("godwit")
                        .run()
                        .differences();
                workload(name).switchTo(pair.target().dataSource(database));
                return found;
            } catch (SQLException e) {
                throw new IllegalStateException("comparing database " + database + " at the switch", e);
            }
        });
    }

    /** Tells whether traffic was switched. */
    public boolean isSwitched(String migration) {
        return differences.containsKey(migration);
    }

    private WriteWorkload workload(String migration) {
        WriteWorkload workload = workloads.get(migration);
        if (workload == null) {
            throw new IllegalArgumentException(migration);
        }
        return workload;
    }

    /** Waits until all can be cut over. */
    public static MigrationGroupRun ready(MigrationGroupRun run) throws InterruptedException {
        run.awaitReadyToCutover(LIMIT);
        await().atMost(LIMIT)
                .until(() -> run.phases().values().stream()
                        .allMatch(phase -> phase == MigrationPhase.READY_TO_CUTOVER
                                || phase == MigrationPhase.COMPLETED
                                || phase == MigrationPhase.FAILED));
        return run;
    }

    /** Tells whether all are completed, and requires that none is if not all are. */
    public static boolean isDone(MigrationGroupRun run) {
        long completed = run.phases().values().stream()
                .filter(phase -> phase == MigrationPhase.COMPLETED)
                .count();
        assertThat(completed).as("members that are completed").isIn(0L, (long)
                run.phases().size());
        return completed > 0;
    }

    /** Requires that transactions are acknowledged again, wherever the traffic of each is. */
    public void awaitTraffic() throws InterruptedException {
        for (WriteWorkload workload : workloads.values()) {
            workload.awaitAcknowledged(workload.statistics().acknowledged() + 10, LIMIT);
        }
    }

    /** Gives the first value that a database of the source has. */
    public String ofSource(String migration, String sql) {
        return first(pair.source(), migration, sql);
    }

    /** Gives the first value that a database of the target has. */
    public String ofTarget(String migration, String sql) {
        return first(pair.target(), migration, sql);
    }

    private static String first(PostgresServer server, String migration, String sql) {
        List<String> rows = server.query(database(migration), sql);
        return rows.isEmpty() ? "" : rows.get(0);
    }

    /** Requires that nothing of a cutover is left: sources take writes, targets are not fit for traffic. */
    public void requireUndone() throws InterruptedException {
        for (String name : names()) {
            assertThat(isSwitched(name)).as(name).isFalse();
            assertThat(ofSource(name, "SHOW default_transaction_read_only"))
                    .as(name)
                    .isEqualTo("off");
            assertThat(ofTarget(name, "SELECT cutover_step FROM godwit.migration"))
                    .as(name)
                    .isEqualTo("null");
            assertThat(ofTarget(name, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'note'"))
                    .as(name)
                    .isEqualTo("D");
            requireNoVotes(name);
        }
        awaitTraffic();
    }

    private void requireNoVotes(String name) {
        assertThat(count(name, "group_vote")).isEqualTo("0");
    }

    private String count(String name, String table) {
        return ofTarget(name, "SELECT to_regclass('godwit." + table + "') IS NULL")
                        .equals("t")
                ? "0"
                : ofTarget(name, "SELECT count(*) FROM godwit." + table);
    }

    /** Requires that all have been moved, with nothing lost. */
    public void requireCompleted() throws Exception {
        awaitTraffic();
        for (String name : names()) {
            workload(name).stop();
            assertThat(differences.get(name)).as(name).isEmpty();
            assertThat(workload(name).verify(pair.target().dataSource(database(name))))
                    .as(name)
                    .isEmpty();
            assertThat(ofTarget(name, "SELECT phase FROM godwit.migration")).isEqualTo("COMPLETED");
            requireNoVotes(name);
            assertThat(count(name, "group_decision")).isEqualTo("0");
            assertThat(ofTarget(name, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'note'"))
                    .isEqualTo("A");
            assertThat(ofTarget(name, "SELECT (SELECT count(*) FROM noted) - (SELECT count(*) FROM workload.token)"))
                    .as("notes made twice or not at all in %s", name)
                    .isEqualTo("0");
            assertThat(ofSource(name, "SHOW default_transaction_read_only"))
                    .as(name)
                    .isEqualTo("on");
        }
    }

    /** Drops the databases on both servers, to begin anew. */
    public void drop() {
        close();
        for (String name : names()) {
            pair.source().dropDatabase(database(name));
            pair.target().dropDatabase(database(name));
        }
    }

    @Override
    public void close() {
        List<WriteWorkload> open = new ArrayList<>(workloads.values());
        open.forEach(WriteWorkload::close);
    }
}
