package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SnapshotCopy;
import dev.godwit.internal.copy.TableCopier;
import dev.godwit.internal.plan.SqlStates;
import dev.godwit.internal.status.Speed;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import dev.godwit.status.CopyStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the workers do into events: at most four a second and table, and one a second for the whole. Shares are taken of the
 * sizes that the source tells, since COPY's own amount is known only at the end. Safe for use by any thread.
 */
final class CopyEvents implements SnapshotCopy.Observer {
    private static final long TABLE_NANOS = Duration.ofMillis(250).toNanos();
    private static final long WHOLE_NANOS = Duration.ofSeconds(1).toNanos();

    /** How far a table is. */
    private record Progress(long rows, long bytes, long share, long toldNanos) {}

    private final RunContext context;
    private final SchemaEvents schema;
    private final Speed rate = new Speed();
    private final Map<TableName, Progress> begun = new HashMap<>();
    private int tables;
    private int copied;
    private long total;
    private long toldNanos = System.nanoTime();

    CopyEvents(RunContext context) {
        this.context = context;
        this.schema = new SchemaEvents(context.plan().name(), context.events());
    }

    @Override
    public synchronized void onQueued(Table table) {
        tables++;
        total += table.size().dataBytes();
        context.board()
                .queued(table.name(), table.size().estimatedRows(), table.size().dataBytes());
        context.publish(new MigrationEvent.TableQueued(
                context.plan().name(),
                Instant.now(),
                table.name().toString(),
                table.size().estimatedRows(),
                table.size().dataBytes()));
    }

    @Override
    public synchronized void onProgress(Table table, long rows, long bytes) {
        long now = System.nanoTime();
        context.board().moved(table.name(), rows, bytes);
        Progress before = begun.get(table.name());
        long told = before == null ? now - TABLE_NANOS : before.toldNanos();
        boolean due = now - told >= TABLE_NANOS;
        begun.put(table.name(), new Progress(rows, bytes, share(table, rows, bytes), due ? now : told));
        if (due) {
            context.publish(new MigrationEvent.TableProgress(
                    context.plan().name(), Instant.now(), table.name().toString(), rows, bytes));
        }
        tellWhole(now, WHOLE_NANOS);
    }

    private static long share(Table table, long rows, long bytes) {
        long size = table.size().dataBytes();
        long expected = table.size().estimatedRows();
        return expected > 0 ? (long) (size * Math.min(1.0, (double) rows / expected)) : Math.min(size, bytes);
    }

    @Override
    public synchronized void onCopied(Table table, TableCopier.Copied rows, Duration took) {
        copied++;
        context.board().copied(table.name(), rows.rows(), rows.bytes(), took);
        begun.put(
                table.name(),
                new Progress(rows.rows(), rows.bytes(), table.size().dataBytes(), System.nanoTime()));
        context.publish(new MigrationEvent.TableCopied(
                context.plan().name(),
                Instant.now(),
                table.name().toString(),
                rows.rows(),
                rows.bytes(),
                took,
                rows.binary() ? "binary" : "text"));
        tellWhole(System.nanoTime(), copied == tables ? 0 : WHOLE_NANOS);
    }

    @Override
    public void onChunk(Table table, SnapshotCopy.Part part, TableCopier.Copied rows, Duration took) {
        context.publish(new MigrationEvent.ChunkCopied(
                context.plan().name(),
                Instant.now(),
                table.name().toString(),
                part.number(),
                part.of(),
                rows.rows(),
                rows.bytes(),
                took));
    }

    private void tellWhole(long now, long atLeast) {
        if (now - toldNanos < atLeast) {
            return;
        }
        toldNanos = now;
        long rows = 0;
        long bytes = 0;
        long done = 0;
        for (Progress progress : begun.values()) {
            rows += progress.rows();
            bytes += progress.bytes();
            done += progress.share();
        }
        rate.sample(done, now);
        long speed = Math.max(0, rate.perSecond().orElse(0));
        Duration remaining = speed == 0 ? null : Duration.ofSeconds((total - done) / speed);
        context.board().copying(new CopyStatus(copied, tables, rows, bytes, done, total, speed, remaining, null));
        context.publish(new MigrationEvent.CopyProgress(
                context.plan().name(), Instant.now(), copied, tables, rows, bytes, done, total, speed, remaining));
    }

    /** The server's text may quote values; the failure of the run tells more. */
    @Override
    public synchronized void onFailed(Table table, Throwable cause) {
        String state = SqlStates.of(cause);
        context.board()
                .failed(
                        table.name(),
                        state == null
                                ? "the copy failed with " + cause.getClass().getSimpleName()
                                : "the copy failed with SQLSTATE " + state);
    }

    @Override
    public void onStep(String step, Duration took) {
        schema.onStep(step, took);
    }

    @Override
    public void onRetry(String message) {
        schema.onRetry(message);
    }

    @Override
    public void onFailure(String part, String message) {
        schema.onFailure(part, message);
    }

    @Override
    public void onPause(@Nullable String reason) {
        context.board().throttled(reason);
        context.publish(
                new MigrationEvent.CopyThrottled(context.plan().name(), Instant.now(), reason == null ? "" : reason));
    }
}
