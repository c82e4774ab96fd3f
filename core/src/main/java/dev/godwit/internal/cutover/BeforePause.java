package dev.godwit.internal.cutover;

import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is done, and looked for, before writers wait. */
record BeforePause(CutoverContext context, Subscriber subscriber) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long a moment is waited for in which next to nothing is left, before one counts that is good as they go. */
    private static final Duration HOPE = Duration.ofSeconds(3);

    /** Gives the fingerprint of the source's schema, with which the target's agrees. */
    String run(Connection source, Connection target) throws SQLException {
        SourceWriters writers = new SourceWriters(context);
        writers.refuse(source);
        refuseRenamedTables(source, target);
        refuseNewTables(source);
        context.conflicts().requireNone(target);
        writers.tellOfLong(source);
        writers.tellOfWorkers(source);
        new VerifiedGate(context).require(target);
        String fingerprint = context.watch().requireAgreement(source, target);
        // Read behind the other one: what comes later changes that one.
        if (!SchemaWatch.fingerprintOfSchema(source).equals(context.fingerprint())) {
            throw new IllegalStateException("the source's schema was changed while the cutover began; cut over again");
        }
        new TargetReadiness(context.plan().name(), context.catalog()).complete(source, target);
        if (context.plan().cutover().refreshBefore()) {
            target.setAutoCommit(false);
            new MaterializedViews(context.schemaPlan()).refresh(target);
            target.commit();
            target.setAutoCommit(true);
        }
        return fingerprint;
    }

    /** The run begins anew with the new names, once the target has them. */
    private void refuseRenamedTables(Connection source, Connection target) throws SQLException {
        Map<RelationName, RelationName> renamed =
                RelationShapes.of(context.plan().name()).renamed(source, target);
        if (!renamed.isEmpty()) {
            throw new IllegalStateException("tables were renamed on the source: "
                    + renamed.entrySet().stream()
                            .map(table -> table.getKey() + " is " + table.getValue() + " now")
                            .collect(Collectors.joining(", "))
                    + "; rename them on the target as well, and cut over when the run has taken note of it, within"
                    + " half a minute or the schemaCheckInterval six times; or name them back on the source");
        }
    }

    /** Their rows are in no copy and no stream, so the target would miss them. */
    private void refuseNewTables(Connection source) throws SQLException {
        Set<TableName> known =
                context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet());
        List<Table> now = CatalogReader.read(source, context.selection()).tables();
        List<TableName> missing = now.stream()
                .map(Table::name)
                .filter(name -> !known.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException(
                    "tables were created on the source since the migration began and are not on the" + " target: "
                            + missing + "; add them (addTable), or drop them");
        }
        refuseReplacedTables(source, now);
    }

    /** A table that was dropped and created again bears the name of one that is known, and is in no stream. */
    private void refuseReplacedTables(Connection source, List<Table> now) throws SQLException {
        Set<RelationName> published =
                Publication.tables(source, context.state().record().publication());
        List<TableName> unpublished = now.stream()
                .filter(table -> table.kind() == Table.Kind.ORDINARY)
                .filter(table -> table.persistence() == Table.Persistence.PERMANENT)
                .map(Table::name)
                .filter(name -> !published.contains(new RelationName(name.schema(), name.name())))
                .toList();
        if (!unpublished.isEmpty()) {
            throw new IllegalStateException("tables were dropped and created again on the source (or taken out of the"
                    + " publication) since the migration began, and their changes are not sent: " + unpublished
                    + "; copy them afresh (copyAfresh), or drop them");
        }
    }

    /** Waits for a moment in which little is left to apply, and settles for less if there is none. */
    void catchUp(Connection source) throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        DrainForecast forecast = DrainForecast.of(drain(source));
        while (!forecast.isShort() && System.nanoTime() - begun < PATIENCE.toNanos()) {
            if (forecast.isNearBest() && System.nanoTime() - begun > HOPE.toNanos()) {
                break;
            }
            forecast = forecast.then(drain(source));
        }
        forecast.requireBearable(context.plan().cutover().maxWritePause());
    }

    private Duration drain(Connection source) throws SQLException, InterruptedException {
        long started = System.nanoTime();
        boolean applied = subscriber.awaitApplied(WalPosition.flushedEnd(source), PATIENCE);
        return applied ? Duration.ofNanos(System.nanoTime() - started) : PATIENCE;
    }
}
