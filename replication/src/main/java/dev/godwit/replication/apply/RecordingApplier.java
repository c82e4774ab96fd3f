package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Applies one change at a time, each behind a savepoint: what conflicts is undone, however many rows it touched, and recorded
 * in the same transaction.
 */
final class RecordingApplier implements ChangeApplier {

    /** Each conflict is in the table; only so many of one transaction are told one by one. */
    static final int MAX_TOLD = 10_000;

    private static final String FIRST = "SAVEPOINT godwit_change";
    private static final String NEXT = "RELEASE SAVEPOINT godwit_change; SAVEPOINT godwit_change";
    private static final String BACK = "ROLLBACK TO SAVEPOINT godwit_change";

    private final ChangeApplier strict;
    private final Connection connection;
    private final ExceptionTable exceptions;
    private final Map<Integer, PgOutputMessage.Relation> relations = new HashMap<>();
    private List<RecordedConflict> recorded = new ArrayList<>();
    private boolean savepoint;
    private boolean conflicted;

    /**
     * Makes an applier.
     *
     * @param strict brings each change to the target at once
     */
    RecordingApplier(ChangeApplier strict, Connection connection, ExceptionTable exceptions) {
        this.strict = strict;
        this.connection = connection;
        this.exceptions = exceptions;
    }

    @Override
    public void define(PgOutputMessage.Relation relation) throws SQLException {
        strict.define(relation);
        relations.put(relation.id(), relation);
    }

    @Override
    public void apply(int relationId, PgOutputMessage change, Lsn commitLsn) throws SQLException {
        execute(savepoint ? NEXT : FIRST);
        savepoint = true;
        conflicted = false;
        try {
            strict.apply(relationId, change, commitLsn);
            strict.flush();
        } catch (ConflictException e) {
            execute(BACK);
            exceptions.record(connection, e, Objects.requireNonNull(relations.get(relationId)), change);
            conflicted = true;
            if (recorded.size() < MAX_TOLD) {
                recorded.add(RecordedConflict.of(e));
            }
        }
    }

    /** Tells whether the last change was recorded instead of applied. */
    boolean hasConflicted() {
        return conflicted;
    }

    /** Gives what was recorded in the transaction that was just committed. */
    List<RecordedConflict> committed() {
        List<RecordedConflict> told = recorded;
        recorded = new ArrayList<>();
        savepoint = false;
        return told;
    }

    @Override
    public void truncate(List<Integer> relationIds, boolean restartIdentity) throws SQLException {
        strict.truncate(relationIds, restartIdentity);
    }

    @Override
    public void flush() throws SQLException {
        strict.flush();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
