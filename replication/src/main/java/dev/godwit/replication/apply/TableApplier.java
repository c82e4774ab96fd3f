package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.TupleData;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies the changes of one table: as sets where there are enough rows of a kind, by themselves otherwise, and where a row is
 * so large that copies of it would add up.
 */
final class TableApplier {

    /** Up to as many statements for one row each take less time than a statement for all of them. */
    private static final int FEW = 8;

    private static final int LARGE_BYTES = 1 << 20;

    private final TableMapping mapping;
    private final RowApplier singles;
    private final SetApplier sets;
    /** Where conflicts are recorded, in a session that goes one by one. */
    private final @Nullable ConflictRecorder recorder;

    TableApplier(Connection connection, TableMapping mapping, ApplyMode mode, @Nullable ConflictRecorder recorder) {
        this.mapping = mapping;
        this.recorder = recorder;
        singles = new RowApplier(connection, mapping, mode == ApplyMode.ONE_BY_ONE);
        sets = new SetApplier(connection, mapping);
    }

    TableMapping mapping() {
        return mapping;
    }

    /** Applies changes that belong together; nothing is held back after it. */
    void apply(TableChanges.Segment segment, Lsn lastCommitLsn) throws SQLException {
        if (segment instanceof TableChanges.Segment.Ordered ordered) {
            for (TableChanges.Single single : ordered.changes()) {
                apply(single);
            }
            singles.flush();
        } else if (segment instanceof TableChanges.Segment.Net net) {
            try {
                apply(net.effect().plan(), lastCommitLsn);
            } catch (SetApplier.SurpriseException e) {
                throw new SuspectBatchException(lastCommitLsn, e);
            } catch (SQLException e) {
                throw failed(e, lastCommitLsn);
            }
        }
    }

    private void apply(TableChanges.Single single) throws SQLException {
        if (recorder == null) {
            singles.apply(single.change(), single.commitLsn());
        } else {
            recorder.apply(singles, single);
        }
    }

    /** Sets do not tell which row it was. */
    private static RuntimeException failed(SQLException failure, Lsn lastCommitLsn) throws SQLException {
        SQLException sanitized = SqlFailures.sanitized(failure);
        if (SqlFailures.isTransient(sanitized)) {
            throw sanitized;
        }
        return new SuspectBatchException(lastCommitLsn, sanitized);
    }

    private void apply(NetEffect.Plan plan, Lsn commitLsn) throws SQLException, SetApplier.SurpriseException {
        if (areFew(plan.deletes())) {
            each(plan.deletes(), Shape.Kind.DELETE, commitLsn);
        } else {
            sets.delete(plan.deletes());
        }
        for (PgOutputMessage.Update move : plan.moves()) {
            singles.apply(move, commitLsn);
        }
        singles.flush();
        sets.requireAbsent(plan.absent());
        update(plan.updates(), commitLsn);
        if (areFew(plan.inserts())) {
            each(plan.inserts(), Shape.Kind.INSERT, commitLsn);
        } else {
            sets.insert(plan.inserts());
        }
    }

    private static boolean areFew(List<TupleData> rows) {
        return rows.size() <= FEW;
    }

    private void update(List<TupleData> rows, Lsn commitLsn) throws SQLException, SetApplier.SurpriseException {
        Map<BitSet, List<TupleData>> groups = new LinkedHashMap<>();
        List<TupleData> alone = new ArrayList<>();
        for (TupleData row : rows) {
            BitSet set = set(row);
            if (set.isEmpty() || row.sizeInBytes() >= LARGE_BYTES) {
                alone.add(row);
            } else {
                groups.computeIfAbsent(set, key -> new ArrayList<>()).add(row);
            }
        }
        for (Map.Entry<BitSet, List<TupleData>> group : groups.entrySet()) {
            if (areFew(group.getValue())) {
                each(group.getValue(), Shape.Kind.UPDATE, commitLsn);
            } else {
                sets.update(group.getKey(), group.getValue());
            }
        }
        each(alone, Shape.Kind.UPDATE, commitLsn);
    }

    private BitSet set(TupleData row) {
        BitSet set = new BitSet();
        for (int column : mapping.storedColumns()) {
            if (!row.isUnchanged(column) && !mapping.isLocator(column)) {
                set.set(column);
            }
        }
        return set;
    }

    private void each(List<TupleData> rows, Shape.Kind kind, Lsn commitLsn) throws SQLException {
        for (TupleData row : rows) {
            singles.apply(single(row, kind, commitLsn));
        }
        singles.flush();
    }

    private RowChange single(TupleData row, Shape.Kind kind, Lsn commitLsn) {
        Shape.Locator locator = mapping.isFull() ? Shape.Locator.TARGET_KEY : Shape.Locator.SOURCE_KEY;
        return switch (kind) {
            case INSERT -> new RowChange(Shape.INSERT, row, null, commitLsn);
            case DELETE ->
                new RowChange(new Shape(kind, Shape.NONE, Shape.NONE, locator, Shape.NONE), null, row, commitLsn);
            case UPDATE, PROBE -> {
                BitSet set = set(row);
                Shape.Kind real = set.isEmpty() ? Shape.Kind.PROBE : Shape.Kind.UPDATE;
                yield new RowChange(new Shape(real, set, Shape.NONE, locator, Shape.NONE), row, row, commitLsn);
            }
        };
    }

    void close() throws SQLException {
        singles.close();
        sets.close();
    }
}
