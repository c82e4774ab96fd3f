package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Event triggers of the user's fire from the cutover on, and for nothing that the migration does. */
@Tag("S2")
@PostgresPairTest(source = "13", target = "15")
final class EventTriggersIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String STATES = "SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1";
    private static final String LOGGED = "SELECT id, tag FROM ddl_log ORDER BY 1";

    /** Publications have to be made on the source while it is in use, so that is left to pass. */
    private static final String TAGS =
            " WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE', 'CREATE TABLE AS', 'DROP TABLE', 'CREATE SCHEMA',"
                    + " 'DROP SCHEMA', 'CREATE INDEX', 'ALTER SEQUENCE', 'CREATE FUNCTION')";

    /**
     * One refuses whatever somebody defines, another writes a row for it into a table that is migrated; the first cutover is taken back
     * behind its decision, when they fire already.
     */
    @ParameterizedTest
    @ValueSource(strings = {"ENABLE", "ENABLE ALWAYS"})
    void seeNothingOfTheMigrationAndAllOfWhatComesLater(String enabled, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        createTriggers(pair.source(), enabled);
        AtomicBoolean failed = new AtomicBoolean();
        CutoverOptions.Builder options = CutoverOptions.builder().trafficSwitch(context -> {
            assertThat(pair.target().query("app", STATES))
                    .isEqualTo(pair.source().query("app", STATES));
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("not yet");
            }
        });
        Migration migration = CutoverUndoIT.migration(pair, options);
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("not yet");
            assertThat(pair.target().query("app", "SELECT DISTINCT evtenabled FROM pg_event_trigger"))
                    .containsExactly("D");
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
        migration.cleanUp();
        assertThat(pair.target().query("app", "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        assertThat(pair.target().query("app", STATES)).isEqualTo(pair.source().query("app", STATES));
        assertThat(pair.target().query("app", LOGGED)).isEqualTo(pair.source().query("app", LOGGED));
        assertThatThrownBy(() -> pair.target().execute("app", "CREATE TABLE refused (id int)"))
                .hasMessageContaining("nobody defines anything here");
    }

    private static void createTriggers(PostgresServer source, String enabled) {
        source.execute(
                "app",
                "CREATE TABLE ddl_log (id bigserial PRIMARY KEY, tag text)",
                "CREATE FUNCTION logs() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO public.ddl_log (tag) VALUES (TG_TAG); END $$",
                "CREATE FUNCTION refuses() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE EXCEPTION 'nobody defines anything here: %', TG_TAG; END $$",
                "CREATE EVENT TRIGGER logs ON ddl_command_end" + TAGS + " EXECUTE FUNCTION logs()",
                "ALTER EVENT TRIGGER logs " + enabled,
                "CREATE TABLE logged (id int PRIMARY KEY)",
                "CREATE EVENT TRIGGER refuses ON ddl_command_start" + TAGS + " EXECUTE FUNCTION refuses()",
                "ALTER EVENT TRIGGER refuses " + enabled);
    }
}
