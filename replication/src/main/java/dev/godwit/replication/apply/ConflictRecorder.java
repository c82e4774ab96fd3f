package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies one change at a time, each behind a savepoint: what conflicts is undone, however many rows it touched, and recorded
 * in the same transaction.
 */
final class ConflictRecorder {

    /** Each conflict is in the table; only so many of one transaction are told one by one. */
    static final int MAX_TOLD = 10_000;

    private static final String FIRST = "SAVEPOINT godwit_change";
    private static final String NEXT = "RELEASE SAVEPOINT godwit_change; SAVEPOINT godwit_change";
    private static final String BACK = "ROLLBACK TO SAVEPOINT godwit_change";

    private final Connection connection;
    private final ExceptionTable exceptions;
    private List<RecordedConflict> recorded = new ArrayList<>();
    private ApplyCounters counts = ApplyCounters.NONE;
    private ChangeTally tally = new ChangeTally();
    private boolean savepoint;

    ConflictRecorder(Connection connection, ExceptionTable exceptions) {
        this.connection = connection;
        this.exceptions = exceptions;
    }

    void apply(RowApplier rows, TableChanges.Single single) throws SQLException {
        execute(savepoint ? NEXT : FIRST);
        savepoint = true;
        try {
            rows.apply(single.change(), single.commitLsn());
            rows.flush();
        } catch (ConflictException e) {
            execute(BACK);
            exceptions.record(connection, e, rows.mapping().relation(), single.change());
            counts = counts.plus(count(single.change()));
            tally.addConflict(rows.mapping().name(), kind(single.change()));
            if (recorded.size() < MAX_TOLD) {
                recorded.add(RecordedConflict.of(e));
            }
        }
    }

    private static ChangeTally.Kind kind(PgOutputMessage change) {
        if (change instanceof PgOutputMessage.Insert) {
            return ChangeTally.Kind.INSERT;
        }
        return change instanceof PgOutputMessage.Update ? ChangeTally.Kind.UPDATE : ChangeTally.Kind.DELETE;
    }

    private static ApplyCounters count(PgOutputMessage change) {
        int inserts = change instanceof PgOutputMessage.Insert ? 1 : 0;
        int updates = change instanceof PgOutputMessage.Update ? 1 : 0;
        return new ApplyCounters(0, inserts, updates, 1 - inserts - updates, 0, 0, 1);
    }

    /** Gives what the present transaction has recorded, per table; begins anew. */
    ChangeTally takeTally() {
        ChangeTally taken = tally;
        tally = new ChangeTally();
        return taken;
    }

    /** Gives the changes that were recorded, and so not applied, in the transaction that was just committed; begins anew. */
    ApplyCounters takeCounts() {
        ApplyCounters taken = counts;
        counts = ApplyCounters.NONE;
        return taken;
    }

    /** Gives what was recorded in the transaction that was just committed; begins anew. */
    List<RecordedConflict> takeConflicts() {
        List<RecordedConflict> taken = recorded;
        recorded = new ArrayList<>();
        savepoint = false;
        return taken;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
