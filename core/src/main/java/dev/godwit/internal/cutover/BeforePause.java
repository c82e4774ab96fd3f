package dev.godwit.internal.cutover;

import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is done, and looked for, before writers wait. */
record BeforePause(CutoverContext context, Subscriber subscriber) {
    /** What is left to apply when writers begin to wait is what they wait for: it should take no longer than this. */
    private static final Duration SHORT_DRAIN = Duration.ofMillis(60);

    /** A drain that takes so many times as long as the first one: the lag does not fall. */
    private static final int GROWTH = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Gives the fingerprint of the source's schema, with which the target's agrees. */
    String run(Connection source, Connection target) throws SQLException {
        SourceWriters writers = new SourceWriters(context);
        writers.refuse(source);
        refuseNewTables(source);
        context.conflicts().requireNone(target);
        writers.tellOfLong(source);
        new VerifiedGate(context).require(target);
        String fingerprint = context.watch().requireAgreement(source, target);
        new TargetReadiness(context.plan().name(), context.catalog()).complete(source, target);
        if (context.plan().cutover().refreshBefore()) {
            target.setAutoCommit(false);
            new MaterializedViews(context.schemaPlan()).refresh(target);
            target.commit();
            target.setAutoCommit(true);
        }
        return fingerprint;
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

    /** Waits for a moment in which little is left to apply, and settles for less if there is none, as long as it does not get more. */
    void catchUp(Connection source) throws SQLException, InterruptedException {
        Duration limit = context.plan().cutover().maxWritePause().dividedBy(2);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Duration first = null;
        Duration took;
        do {
            long started = System.nanoTime();
            boolean applied = subscriber.awaitApplied(WalPosition.flushedEnd(source), PATIENCE);
            took = applied ? Duration.ofNanos(System.nanoTime() - started) : PATIENCE;
            first = first == null ? took : first;
        } while (took.compareTo(SHORT_DRAIN) > 0 && System.nanoTime() - deadline < 0);
        if (took.compareTo(limit) >= 0) {
            throw new IllegalStateException(
                    "applying what is left would take " + took + " now, and maxWritePause allows " + limit
                            + " for it; wait for a calmer moment, then cut over again");
        }
        if (took.compareTo(SHORT_DRAIN) > 0 && took.compareTo(first.multipliedBy(GROWTH)) > 0) {
            throw new IllegalStateException("the target does not keep up: to apply what was left took " + first
                    + " at first and takes " + took
                    + " now; wait for a calmer moment, or apply with more sessions (appliers), then cut over again");
        }
    }
}
