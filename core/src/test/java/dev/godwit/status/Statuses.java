package dev.godwit.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Statuses for tests. */
final class Statuses {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00.123456Z");

    private Statuses() {}

    static TableStatus table(String name, TableLoadState state, AppliedChanges changes) {
        return new TableStatus(
                "public",
                name,
                new TableStatus.FullLoad(state, NOON, null, NOON.plusSeconds(60), 10L, 20L, 8192L, 500L, null),
                changes,
                2,
                NOON);
    }

    static MigrationStatus of(String database, MigrationPhase phase, TableStatus... tables) {
        return new MigrationStatus(
                "00000000-0000-4000-8000-" + String.format("%012d", Math.floorMod(database.hashCode(), 1_000_000)),
                "move-" + database,
                database,
                new ServerStatus("old:5432", "13.23"),
                new ServerStatus("new:5432", null),
                phase,
                MigrationState.of(phase),
                true,
                NOON,
                phase == MigrationPhase.COMPLETED ? NOON.plusSeconds(600) : null,
                NOON.plusSeconds(30),
                true,
                new ReplicationStatus(
                        NOON, 7L, 4096L, Duration.ofMillis(1250), 100_000L, NOON.plusSeconds(5), 1L << 20),
                new CopyStatus(1, 2, 10, 500, 4096, 8192, 1000, Duration.ofSeconds(4), "quiet hours"),
                new VerificationStatus(
                        new VerificationStatus.Progress(Lsn.parse("0/16B3748"), NOON, 1, 2, 10, 4096, 8192, 1),
                        new VerificationStatus.Outcome(
                                Lsn.parse("0/16B3700"), NOON, NOON.plusSeconds(1), true, false, 2, 20, 3)),
                WriteSide.TARGET,
                new ReverseStatus(false, "the old server is behind", 4096L, Duration.ofMillis(1250), 1L << 20),
                phase == MigrationPhase.FAILED ? new FailureStatus("no room", "make room, then resume()") : null,
                List.of(tables));
    }

    /** Nothing is known that can be unknown. */
    static MigrationStatus bare() {
        return new MigrationStatus(
                "00000000-0000-4000-8000-000000000000",
                "bare",
                "app",
                new ServerStatus("old", null),
                new ServerStatus("new", null),
                MigrationPhase.SCHEMA,
                MigrationState.INITIALIZING,
                false,
                NOON,
                null,
                NOON,
                true,
                ReplicationStatus.UNKNOWN,
                null,
                VerificationStatus.NONE,
                WriteSide.SOURCE,
                null,
                null,
                List.of(new TableStatus("s", "t", TableStatus.FullLoad.QUEUED, AppliedChanges.NONE, 0, null)));
    }
}
