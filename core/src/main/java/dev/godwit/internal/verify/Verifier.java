package dev.godwit.internal.verify;

import dev.godwit.replication.WithoutValues;
import dev.godwit.result.MigrationException;
import dev.godwit.result.NotCompared;
import dev.godwit.result.SequenceDifference;
import dev.godwit.result.TableVerification;
import dev.godwit.result.VerificationReport;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaDifference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Compares both sides of a migration. Runs once, in the calling thread, which may be interrupted: then it cancels what the servers do for
 * it, and returns as soon as its sessions are closed.
 */
public final class Verifier {
    private final SnapshotPair pair;
    private final VerifyJob job;
    private final Clock clock;
    private final Random random;

    /**
     * Makes a verifier.
     *
     * @param pair gives the sessions; stays open
     * @param job what is to be compared
     * @param clock tells when it began
     * @param random chooses samples
     */
    public Verifier(SnapshotPair pair, VerifyJob job, Clock clock, Random random) {
        this.pair = pair;
        this.job = job;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Compares.
     *
     * @throws SQLException if a session cannot be opened, or the catalogs cannot be read
     * @throws MigrationException if a table cannot be read
     * @throws InterruptedException if the thread is interrupted
     */
    public VerificationReport run() throws SQLException, InterruptedException {
        try (Lanes lanes = new Lanes(pair, job.migration(), job.settings().workers())) {
            return lanes.call(() -> compare(lanes));
        }
    }

    private VerificationReport compare(Lanes lanes) throws SQLException, InterruptedException {
        Instant startedAt = clock.instant();
        long began = System.nanoTime();
        Lane lane = lanes.take();
        Connection source = lane.connection(Side.SOURCE);
        Connection target = lane.connection(Side.TARGET);
        Catalog onTarget = CatalogReader.read(target, name -> true);
        List<SchemaDifference> schema =
                job.settings().scope().schema() ? job.schema().compare(source, target) : List.of();
        List<NotCompared> notCompared = new ArrayList<>();
        List<SequenceDifference> sequences = sequences(onTarget, lane, notCompared);
        Digest digest = Digest.common(source, target);
        boolean floatsDiffer = Digest.version(source) < TypeForms.SHORTEST_FLOATS
                != Digest.version(target) < TypeForms.SHORTEST_FLOATS;
        Compared.Types types = new Compared.Types(
                TypeForms.read(source, digest, floatsDiffer), TypeForms.read(target, digest, floatsDiffer));
        Selection selection = Selection.of(job, onTarget, lane, types);
        notCompared.addAll(selection.notCompared());
        addLargeObjects(source, notCompared);
        List<Part> parts = parts(selection, lane);
        lanes.giveBack(lane);
        List<TableVerification> tables = new ArrayList<>(selection.found());
        tables.addAll(compareTables(lanes, selection, parts, new Queries(digest)));
        tables.sort(Comparator.comparing(TableVerification::table));
        return new VerificationReport(
                job.migration(),
                pair.lsn(),
                startedAt,
                Duration.ofNanos(System.nanoTime() - began),
                job.settings().scope(),
                tables,
                schema,
                sequences,
                notCompared);
    }

    private List<SequenceDifference> sequences(Catalog onTarget, Lane lane, List<NotCompared> notCompared)
            throws SQLException {
        if (!job.settings().scope().sequences() || job.source().sequences().isEmpty()) {
            return List.of();
        }
        if (!job.carried()) {
            notCompared.add(new NotCompared(
                    "where sequences stand",
                    "the target's are not kept in step; the cutover sets them where the source's stand"));
        }
        return SequencePositions.compare(job.source(), onTarget, lane, job.carried());
    }

    private static void addLargeObjects(Connection source, List<NotCompared> notCompared) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)")) {
            row.next();
            if (row.getBoolean(1)) {
                notCompared.add(new NotCompared(
                        "large objects",
                        "they are in no stream; the cutover compares them itself and copies what has changed"));
            }
        }
    }

    private List<Part> parts(Selection selection, Lane lane) throws SQLException {
        TablePlan plan = new TablePlan(job.settings(), random);
        List<Part> parts = new ArrayList<>();
        for (Compared table : selection.tables()) {
            parts.addAll(plan.parts(table, lane));
        }
        return parts;
    }

    private List<TableVerification> compareTables(Lanes lanes, Selection selection, List<Part> parts, Queries queries)
            throws SQLException, InterruptedException {
        Map<Compared, TableResult> results = new LinkedHashMap<>();
        for (Compared table : selection.tables()) {
            results.put(table, new TableResult(table.name(), job.settings().maxDifferences(), table.problemOrNull()));
        }
        ThrottleGate gate =
                new ThrottleGate(pair, job.migration(), job.settings().throttle(), job.throttleContext());
        PartComparison comparison = new PartComparison(job.settings(), queries, gate);
        Progress progress = new Progress(job.observer(), parts);
        progress.begin();
        lanes.forEach(parts, (lane, part) -> {
            gate.await();
            TableResult result = results.get(part.table());
            if (result != null) {
                progress.done(part, compare(comparison, lane, part, result), result);
            }
        });
        return results.values().stream().map(TableResult::report).toList();
    }

    private static long compare(PartComparison comparison, Lane lane, Part part, TableResult result)
            throws InterruptedException {
        try {
            return comparison.compare(lane, part, result);
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "table " + part.table().name() + " could not be compared: " + WithoutValues.message(e)
                            + ". Nothing was changed; verify again",
                    e);
        }
    }
}
