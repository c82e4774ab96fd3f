package dev.godwit.event;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Events of a migration as a run would tell them, so many seconds after its start. */
final class Events {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final String NAME = "orders";

    private Events() {}

    static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1000));
    }

    static MigrationEvent phase(double seconds, MigrationPhase from, MigrationPhase to) {
        return new MigrationEvent.PhaseChanged(NAME, at(seconds), from, to);
    }

    static MigrationEvent queued(double seconds, String table, long rows) {
        return new MigrationEvent.TableQueued(NAME, at(seconds), table, rows, rows * 100);
    }

    static MigrationEvent table(double seconds, String table, long rows) {
        return new MigrationEvent.TableProgress(NAME, at(seconds), table, rows, rows * 100);
    }

    static MigrationEvent copied(double seconds, String table, long rows) {
        return new MigrationEvent.TableCopied(
                NAME, at(seconds), table, rows, rows * 100, Duration.ofSeconds(2), "binary");
    }

    static MigrationEvent chunk(double seconds, String table, int part, long rows) {
        return new MigrationEvent.ChunkCopied(
                NAME, at(seconds), table, part, 4, rows, rows * 100, Duration.ofSeconds(1));
    }

    static MigrationEvent copy(double seconds, int copied, int tables, long done, long total, @Nullable Duration left) {
        return new MigrationEvent.CopyProgress(
                NAME, at(seconds), copied, tables, done / 100, done, done, total, 5_000_000, left);
    }

    static MigrationEvent applied(double seconds, long lagBytes, long transactions, long changes) {
        return new MigrationEvent.ReplicationProgress(
                NAME,
                at(seconds),
                "0/200",
                "0/100",
                lagBytes,
                Duration.ofMillis(1_400),
                transactions,
                changes,
                changes,
                changes);
    }

    static MigrationEvent warning(double seconds, String message) {
        return new MigrationEvent.Warning(NAME, at(seconds), message);
    }

    static MigrationEvent failed(double seconds, String message) {
        return new MigrationEvent.Failed(NAME, at(seconds), MigrationPhase.SNAPSHOT, message);
    }
}
