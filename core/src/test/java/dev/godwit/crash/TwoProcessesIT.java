package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Migration;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One process at a time runs a migration, also where the first does not know that it has lost it. */
@Tag("F11")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class TwoProcessesIT {
    private static final String LOSE_THE_LOCK =
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7166213";
    private static final String SLEEPING =
            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";

    @Test
    void refusesASecondProcessAndDoesNotDisturbTheFirst(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 5)) {
            Migrator first = source.resume().awaitReady();
            String epoch = source.ofTarget("SELECT owner_epoch FROM godwit.migration");
            Migration second = MigratorProcess.migration(
                    pair.sourceUrl(), pair.targetUrl(), Moment.parse(Moment.NONE, new Dialogue()), "");
            assertThatThrownBy(second::resume)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is being run by another process (session ");
            assertThatThrownBy(second::start)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is recorded on the target already; resume() goes on with it");
            assertThatThrownBy(second::cleanUp)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is being run by another process (session ");
            assertThat(source.ofTarget("SELECT owner_epoch FROM godwit.migration"))
                    .isEqualTo(epoch);
            source.awaitTraffic();
            source.cutOver(first);
        }
    }

    @Test
    void fencesAProcessThatAppliesWithoutTheLock(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 6)) {
            Migrator zombie = source.resume().awaitReady();
            Migrator owner = source.resume("before schema*9");
            assertThat(owner.awaitFailure()).contains("is being run by another process");
            owner = takeOver(source, zombie);
            assertThat(zombie.awaitFailure()).contains("failed");
            source.cutOver(owner);
        }
    }

    @Test
    void fencesAProcessThatBuildsAnIndexWithoutTheLock(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 7)) {
            Migrator zombie = source.resumeWithSlow("index app.large_payload");
            source.await(zombie, pair.target(), SLEEPING);
            Migrator owner = takeOver(source, zombie);
            assertThat(zombie.awaitFailure()).contains("taken over by another process");
            source.cutOver(owner);
        }
    }

    /** Its table locks outlive its lock on the migration, as those of a host that lost its power would. */
    @Test
    void opensASourceThatAProcessWithoutTheLockHoldsClosed(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 8)) {
            Migrator zombie = source.resume("hold behind fence").awaitReady();
            zombie.go();
            zombie.await("held");
            Migrator owner = takeOver(source, zombie).awaitReady();
            assertThat(zombie.isAlive()).isTrue();
            source.awaitTraffic();
            zombie.go();
            assertThat(zombie.awaitFailure()).contains("failed");
            assertThat(source.ofSource("SHOW default_transaction_read_only")).isEqualTo("off");
            source.awaitTraffic();
            source.cutOver(owner);
        }
    }

    /** One that runs takes the lock again as soon as it has lost it, if nobody else is there yet. */
    private static Migrator takeOver(LiveSource source, Migrator zombie) throws Exception {
        zombie.freeze();
        assertThat(source.ofTarget(LOSE_THE_LOCK)).isEqualTo("t");
        Migrator owner = source.resume().await("resumed");
        zombie.thaw();
        return owner;
    }
}
