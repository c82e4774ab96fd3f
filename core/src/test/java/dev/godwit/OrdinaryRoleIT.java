package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rights that the preflight asks for are enough, up to and including the cutover. */
@Tag("S2")
@PostgresPairTest(source = "15", target = "17")
final class OrdinaryRoleIT {
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean refuses = true;

    @Test
    void migratesAndCutsOverWithExactlyTheRightsThatThePreflightAsksFor(PostgresPair pair) throws Exception {
        PostgresServer source = pair.source();
        PreflightIT.prepareForeignOwner(source);
        source.execute(
                "app",
                "CREATE TABLE public.note (id serial PRIMARY KEY, item int REFERENCES shop.item, body text)",
                "ALTER TABLE public.note OWNER TO owner_of_all",
                "ALTER TABLE public.note ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE public.note FORCE ROW LEVEL SECURITY",
                "CREATE POLICY none ON public.note USING (false)",
                "INSERT INTO shop.item (name) SELECT 'item ' || i FROM generate_series(1, 500) i",
                "INSERT INTO public.note (item, body) SELECT i, 'note' FROM generate_series(1, 500) i",
                "CREATE ROLE app_user LOGIN",
                "GRANT USAGE ON SCHEMA shop TO app_user",
                "GRANT ALL ON shop.item TO app_user",
                "CREATE ROLE mover LOGIN");
        pair.target().execute("app", "CREATE ROLE mover LOGIN", "CREATE ROLE owner_of_all", "CREATE ROLE app_user");
        Migration migration = Migration.builder()
                .name("ordinary")
                .source(Endpoint.of(pair.sourceUrl()).credentials("mover", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("mover", ""))
                .cutover(
                        CutoverOptions.builder().trafficSwitch(this::refuseOnce).build())
                .listener(events::add)
                .build();
        PreflightIT.mend(pair, migration.preflight());
        assertThat(migration.preflight().findings()).isEmpty();

        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            takesBackWhatHidesRowsFromTheRole(run, pair);
            cutsOver(run, pair);
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .excludingSchema("godwit")
                .run()
                .assertIdentical();
        assertThat(pair.target().query("app", "SELECT count(*) FROM shop.item")).containsExactly("501");
    }

    private void cutsOver(MigrationRun run, PostgresPair pair) throws Exception {
        PostgresServer source = pair.source();
        try (Connection earlier = source.connect("app", "app_user", "")) {
            insert(earlier);
            try (BackgroundWorker worker = new BackgroundWorker(pair)) {
                cutOverPastASuperusersSession(run, source);
                // Nobody but a superuser could have ended it, so it is told.
                assertThat(worker.isThere()).isTrue();
                assertThat(events)
                        .filteredOn(MigrationEvent.Warning.class::isInstance)
                        .anySatisfy(warning -> assertThat(warning.toString())
                                .contains(
                                        "background workers of superusers",
                                        worker.pid() + " (",
                                        "pg_terminate_backend"));
            }
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            assertThatThrownBy(() -> insert(earlier)).isInstanceOf(SQLException.class);
            try (Connection later = source.connect("app", "app_user", "")) {
                assertThatThrownBy(() -> insert(later)).hasMessageContaining("read-only transaction");
            }
        }
    }

    private void refuseOnce(SwitchContext context) {
        if (refuses) {
            refuses = false;
            throw new IllegalStateException("refused once");
        }
    }

    /** Row security holds on the target when the switch is refused, for its owner, too, who goes on applying then. */
    private static void takesBackWhatHidesRowsFromTheRole(MigrationRun run, PostgresPair pair) throws Exception {
        assertThatThrownBy(run::cutover)
                .isInstanceOf(CutoverRevertedException.class)
                .hasMessageContaining("in step 'switch': refused once");
        pair.source().execute("app", "UPDATE public.note SET body = 'changed' WHERE id = 1");
        run.awaitReadyToCutover(Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> pair.target()
                        .query("app", "SELECT body FROM public.note WHERE id = 1")
                        .equals(List.of("changed")));
    }

    /** Only a superuser may end it, so the cutover is undone and names it. */
    private static void cutOverPastASuperusersSession(MigrationRun run, PostgresServer source) throws Exception {
        try (Connection superuser = source.connect("app")) {
            assertThat(superuser.isValid(1)).isTrue();
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("sessions of superusers")
                    .hasMessageContaining("of role postgres");
        }
        run.awaitReadyToCutover(Duration.ofSeconds(20));
        run.cutover();
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO shop.item (name) VALUES ('later')");
        }
    }
}
