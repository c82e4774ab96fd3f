package dev.godwit.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps Micrometer meters of a migration. Micrometer ({@code io.micrometer:micrometer-core}) is an optional dependency: who uses this
 * class has it on the class path, and nothing else in Godwit needs it.
 *
 * <p>Names and units follow Micrometer's conventions, so that each monitoring system gets what is usual there
 * ({@code godwit.replication.lag} is {@code godwit_replication_lag_seconds} in Prometheus). All meters have the tag {@code migration};
 * none has a tag for tables, of which there may be thousands. Counters count what this process has seen.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind, unit</th><th>meaning</th></tr>
 * <tr><td>{@code godwit.phase}</td><td>gauge, tag {@code phase}</td><td>1 for the phase that the migration is in, 0 for the
 *     others</td></tr>
 * <tr><td>{@code godwit.copy.rows}</td><td>counter, rows</td><td>rows whose copy is committed</td></tr>
 * <tr><td>{@code godwit.copy.bytes}</td><td>counter, bytes</td><td>bytes of COPY data whose copy is committed</td></tr>
 * <tr><td>{@code godwit.copy.tables}</td><td>gauge, tag {@code state}: {@code queued}, {@code copied}</td><td>tables that wait for
 *     their copy or are being copied, and those that are done</td></tr>
 * <tr><td>{@code godwit.copy.size}</td><td>gauge, bytes, tag {@code state}: {@code done}, {@code total}</td><td>how much of the
 *     tables' size on the source is copied, by its statistics</td></tr>
 * <tr><td>{@code godwit.copy.table}</td><td>timer</td><td>the copies of single tables</td></tr>
 * <tr><td>{@code godwit.copy.failures}</td><td>counter</td><td>tables and schema steps that have failed for good</td></tr>
 * <tr><td>{@code godwit.copy.throttled}</td><td>gauge</td><td>1 while the copy's throttle makes it pause, else 0</td></tr>
 * <tr><td>{@code godwit.schema.step}</td><td>timer</td><td>the steps of the target's schema</td></tr>
 * <tr><td>{@code godwit.replication.lag}</td><td>gauge, seconds</td><td>estimated time between a commit on the source and its being
 *     visible on the target; no number before the first sample</td></tr>
 * <tr><td>{@code godwit.replication.backlog}</td><td>gauge, bytes</td><td>write-ahead log of the source that is not applied yet; no
 *     number before the first sample</td></tr>
 * <tr><td>{@code godwit.replication.transactions}</td><td>counter</td><td>source transactions applied</td></tr>
 * <tr><td>{@code godwit.replication.changes}</td><td>counter, rows, tag {@code operation}: {@code insert}, {@code update},
 *     {@code delete}</td><td>rows changed on the target</td></tr>
 * <tr><td>{@code godwit.replication.conflicts}</td><td>counter</td><td>changes that were recorded instead of being applied</td></tr>
 * <tr><td>{@code godwit.connection.losses}</td><td>counter</td><td>connections that were lost or refused, each attempt to open them
 *     again included</td></tr>
 * <tr><td>{@code godwit.warnings}</td><td>counter</td><td>events that a human should look at</td></tr>
 * <tr><td>{@code godwit.verification}</td><td>timer</td><td>verifications that came to their end</td></tr>
 * <tr><td>{@code godwit.verification.differing.rows}</td><td>counter, rows</td><td>rows that they have found to differ</td></tr>
 * <tr><td>{@code godwit.cutover.step}</td><td>timer, tag {@code step}</td><td>the steps of cutovers</td></tr>
 * <tr><td>{@code godwit.cutover.pause}</td><td>timer</td><td>how long cutovers that were done have held back writes</td></tr>
 * <tr><td>{@code godwit.cutover.reverted}</td><td>counter</td><td>cutovers that were undone</td></tr>
 * <tr><td>{@code godwit.failures}</td><td>counter</td><td>runs that have failed</td></tr>
 * </table>
 *
 * <p>A migration's meters are registered when its first event comes, and stay until {@link #close()}. Thread rule: safe for use by
 * several migrations and threads at a time.
 */
public final class MigrationMeters implements MigrationListener, AutoCloseable {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, MetersOfOne> migrations = new HashMap<>();

    /**
     * Keeps meters in a registry.
     *
     * @param registry where meters are registered
     * @param tags tags that all meters get, beside {@code migration}
     */
    public MigrationMeters(MeterRegistry registry, Tag... tags) {
        this.registry = registry;
        this.tags = Tags.of(tags);
    }

    @Override
    public synchronized void onEvent(MigrationEvent event) {
        migrations
                .computeIfAbsent(event.migration(), name -> new MetersOfOne(registry, tags.and("migration", name)))
                .take(event);
    }

    /** Takes the meters out of the registry; an event that comes later registers them again, from 0 on. */
    @Override
    public synchronized void close() {
        migrations.values().forEach(MetersOfOne::remove);
        migrations.clear();
    }
}
