package dev.godwit.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.event.Level;

/** The meters of one migration. Events are taken by one thread at a time; gauges are read by any. */
final class MetersOfOne {
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> registered = new ArrayList<>();
    private final Map<String, Counter> counters = new LinkedHashMap<>();
    private final Set<String> inParts = new HashSet<>();
    private final Set<String> queued = new HashSet<>();
    private long transactions;
    private long inserts;
    private long updates;
    private long deletes;
    private long copied;

    private volatile MigrationPhase phase = MigrationPhase.CREATED;
    private volatile double lagSeconds = Double.NaN;
    private volatile double backlogBytes = Double.NaN;
    private volatile double doneBytes;
    private volatile double totalBytes;
    private volatile double queuedTables;
    private volatile double copiedTables;
    private volatile double throttled;

    MetersOfOne(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        for (MigrationPhase each : MigrationPhase.values()) {
            gauge(
                    "godwit.phase",
                    "1 for the phase of the migration",
                    "",
                    () -> phase == each ? 1 : 0,
                    "phase",
                    lower(each));
        }
        registered.add(TimeGauge.builder("godwit.replication.lag", () -> lagSeconds, TimeUnit.SECONDS)
                .description("Estimated time until a commit on the source is visible on the target")
                .tags(tags)
                .register(registry));
        gauge("godwit.replication.backlog", "Write-ahead log that is not applied yet", "bytes", () -> backlogBytes);
        gauge("godwit.copy.size", "Size of the tables to copy", "bytes", () -> doneBytes, "state", "done");
        gauge("godwit.copy.size", "Size of the tables to copy", "bytes", () -> totalBytes, "state", "total");
        gauge("godwit.copy.tables", "Tables to copy", "tables", () -> queuedTables, "state", "queued");
        gauge("godwit.copy.tables", "Tables to copy", "tables", () -> copiedTables, "state", "copied");
        gauge("godwit.copy.throttled", "1 while the copy pauses", "", () -> throttled);
        counter("godwit.copy.rows", "Rows copied", "rows");
        counter("godwit.copy.bytes", "COPY data moved", "bytes");
        counter("godwit.copy.failures", "Tables and schema steps that failed", "");
        counter("godwit.replication.transactions", "Source transactions applied", "transactions");
        for (String operation : List.of("insert", "update", "delete")) {
            counter("godwit.replication.changes", "Rows changed", "rows", "operation", operation);
        }
        counter("godwit.replication.conflicts", "Changes recorded instead of being applied", "");
        counter("godwit.connection.losses", "Connections lost or refused", "");
        counter("godwit.warnings", "Events that a human should look at", "");
        counter("godwit.verification.differing.rows", "Rows that verifications have found to differ", "rows");
        counter("godwit.cutover.reverted", "Cutovers undone", "");
        counter("godwit.failures", "Runs that failed", "");
    }

    private static String lower(MigrationPhase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private void gauge(String name, String description, String unit, Supplier<Number> value, String... more) {
        registered.add(Gauge.builder(name, value)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tags.and(more))
                .register(registry));
    }

    private void counter(String name, String description, String unit, String... more) {
        Counter counter = Counter.builder(name)
                .description(description)
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tags.and(more))
                .register(registry);
        registered.add(counter);
        counters.put(more.length == 0 ? name : name + "." + more[1], counter);
    }

    private void count(String name, double amount) {
        Counter counter = counters.get(name);
        if (counter == null) {
            throw new IllegalStateException("there is no counter " + name);
        }
        counter.increment(amount);
    }

    private void time(String name, String description, Duration took, String... more) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tags(tags.and(more))
                .register(registry);
        if (!registered.contains(timer)) {
            registered.add(timer);
        }
        timer.record(took);
    }

    void take(MigrationEvent event) {
        if (EventText.of(event).level() == Level.WARN) {
            count("godwit.warnings", 1);
        }
        if (event instanceof MigrationEvent.PhaseChanged changed) {
            phase = changed.to();
        } else if (event instanceof MigrationEvent.ReplicationProgress progress) {
            takeProgress(progress);
        } else if (event instanceof MigrationEvent.ConflictRecorded) {
            count("godwit.replication.conflicts", 1);
        } else if (event instanceof MigrationEvent.Reconnecting) {
            count("godwit.connection.losses", 1);
        } else if (event instanceof MigrationEvent.Failed) {
            count("godwit.failures", 1);
        } else if (event instanceof MigrationEvent.SchemaStepDone step) {
            time("godwit.schema.step", "Steps of the target's schema", step.took());
        } else if (event instanceof MigrationEvent.VerificationCompleted done) {
            time("godwit.verification", "Verifications", done.took());
            count("godwit.verification.differing.rows", (double) done.differingRows());
        } else if (event instanceof MigrationEvent.CutoverStepDone step) {
            time("godwit.cutover.step", "Steps of cutovers", step.took(), "step", step.step());
        } else if (event instanceof MigrationEvent.CutoverCompleted done) {
            time("godwit.cutover.pause", "How long writes were held back", done.writePause());
        } else if (event instanceof MigrationEvent.CutoverReverted) {
            count("godwit.cutover.reverted", 1);
        } else {
            takeCopy(event);
        }
    }

    private void takeCopy(MigrationEvent event) {
        if (event instanceof MigrationEvent.TableQueued table) {
            queued.add(table.table());
            inParts.remove(table.table());
            queuedTables = queued.size();
        } else if (event instanceof MigrationEvent.ChunkCopied chunk) {
            inParts.add(chunk.table());
            count("godwit.copy.rows", (double) chunk.rows());
            count("godwit.copy.bytes", (double) chunk.bytes());
        } else if (event instanceof MigrationEvent.TableCopied table) {
            takeTable(table);
        } else if (event instanceof MigrationEvent.CopyProgress progress) {
            doneBytes = (double) progress.doneBytes();
            totalBytes = (double) progress.totalBytes();
        } else if (event instanceof MigrationEvent.CopyThrottled pause) {
            throttled = pause.reason().isEmpty() ? 0 : 1;
        } else if (event instanceof MigrationEvent.PartFailed) {
            count("godwit.copy.failures", 1);
        }
    }

    /** What was copied in parts was counted with its parts. */
    private void takeTable(MigrationEvent.TableCopied table) {
        if (!inParts.remove(table.table())) {
            count("godwit.copy.rows", (double) table.rows());
            count("godwit.copy.bytes", (double) table.bytes());
        }
        queued.remove(table.table());
        queuedTables = queued.size();
        copiedTables = (double) ++copied;
        time("godwit.copy.table", "Copies of tables", table.took());
    }

    private void takeProgress(MigrationEvent.ReplicationProgress progress) {
        lagSeconds = (double) progress.lag().toNanos() / 1e9;
        backlogBytes = (double) progress.lagBytes();
        count("godwit.replication.transactions", (double) grown(transactions, progress.transactions()));
        count("godwit.replication.changes.insert", (double) grown(inserts, progress.inserts()));
        count("godwit.replication.changes.update", (double) grown(updates, progress.updates()));
        count("godwit.replication.changes.delete", (double) grown(deletes, progress.deletes()));
        transactions = progress.transactions();
        inserts = progress.inserts();
        updates = progress.updates();
        deletes = progress.deletes();
    }

    /** What applies changes counts from 0 again when it is started anew within a run. */
    private static long grown(long before, long now) {
        return now >= before ? now - before : now;
    }

    void remove() {
        registered.forEach(registry::remove);
    }
}
