package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies changes of one table by a statement for each row; a run of the same shape goes to the server together. */
final class RowApplier {

    private static final int MAX_STATEMENTS = 32;
    private static final int MAX_RUN_ROWS = 1000;
    private static final int MAX_RUN_BYTES = 512 << 10;
    /** What a row takes beside its values, by estimate. */
    private static final int ROW_OVERHEAD_BYTES = 128;

    private final Connection connection;
    private final TableMapping mapping;
    private final RowShaper shaper;
    private final boolean oneByOne;
    /** In order of use, the longest unused first. */
    private final Map<Shape, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    private final List<RowChange> run = new ArrayList<>();
    private @Nullable Shape runShape;
    private long runBytes;

    RowApplier(Connection connection, TableMapping mapping, boolean oneByOne) {
        this.connection = connection;
        this.mapping = mapping;
        this.oneByOne = oneByOne;
        shaper = new RowShaper(mapping);
    }

    TableMapping mapping() {
        return mapping;
    }

    void apply(PgOutputMessage message, Lsn commitLsn) throws SQLException {
        RowChange change;
        try {
            change = shaper.shape(message, commitLsn);
        } catch (SchemaChangedException e) {
            // One by one, what comes before this transaction is applied and stays.
            throw oneByOne ? e : new SuspectBatchException(commitLsn, e);
        }
        apply(change);
    }

    void apply(RowChange change) throws SQLException {
        if (runShape != null && !runShape.equals(change.shape())) {
            flush();
        }
        PreparedStatement statement = statement(change.shape());
        RowBinder.bind(statement, mapping, change);
        if (change.shape().kind() == Shape.Kind.PROBE) {
            probe(statement, change);
            return;
        }
        statement.addBatch();
        // The driver holds the values until others take their place, and there are many statements.
        statement.clearParameters();
        run.add(change);
        runShape = change.shape();
        runBytes += change.bytes() + ROW_OVERHEAD_BYTES;
        if (oneByOne || run.size() >= MAX_RUN_ROWS || runBytes >= MAX_RUN_BYTES) {
            flush();
        }
    }

    private PreparedStatement statement(Shape shape) throws SQLException {
        PreparedStatement known = statements.get(shape);
        if (known != null) {
            return known;
        }
        if (statements.size() >= MAX_STATEMENTS) {
            Map.Entry<Shape, PreparedStatement> eldest =
                    statements.entrySet().iterator().next();
            if (eldest.getKey().equals(runShape)) {
                flush();
            }
            statements.remove(eldest.getKey());
            eldest.getValue().close();
        }
        PreparedStatement statement = connection.prepareStatement(new StatementWriter(mapping, shape).write());
        statements.put(shape, statement);
        return statement;
    }

    private void probe(PreparedStatement statement, RowChange change) throws SQLException {
        long found;
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            found = row.getLong(1);
            statement.clearParameters();
        } catch (SQLException e) {
            throw failed(e, List.of(change));
        }
        if (found != 1) {
            throw conflict(change, found, List.of(change));
        }
    }

    void flush() throws SQLException {
        if (runShape == null) {
            return;
        }
        PreparedStatement statement = statement(runShape);
        List<RowChange> sent = List.copyOf(run);
        run.clear();
        runShape = null;
        runBytes = 0;
        int[] counts;
        try {
            counts = statement.executeBatch();
        } catch (SQLException e) {
            throw failed(e, sent);
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 1) {
                throw conflict(sent.get(i), counts[i], sent);
            }
        }
    }

    private RuntimeException conflict(RowChange change, long count, List<RowChange> sent) {
        boolean delete = change.shape().kind() == Shape.Kind.DELETE;
        ConflictException.Kind kind;
        if (change.shape().kind() == Shape.Kind.INSERT) {
            kind = ConflictException.Kind.INSERT_CONFLICT;
        } else if (count == 0) {
            kind = delete ? ConflictException.Kind.DELETE_MISSING : ConflictException.Kind.UPDATE_MISSING;
        } else {
            kind = delete ? ConflictException.Kind.DELETE_MULTIPLE : ConflictException.Kind.UPDATE_MULTIPLE;
        }
        return exactOrSuspect(
                new ConflictException(mapping.name(), change.commitLsn(), kind, KeyHash.of(mapping, change), null),
                sent);
    }

    /** Transient failures are thrown as they are, others tell table and transaction. */
    private RuntimeException failed(SQLException failure, List<RowChange> sent) throws SQLException {
        SQLException sanitized = SqlFailures.sanitized(failure);
        if (SqlFailures.isTransient(sanitized)) {
            throw sanitized;
        }
        RowChange first = sent.get(0);
        if (SqlFailures.isConstraintViolation(sanitized)) {
            ConflictException.Kind kind = first.shape().kind() == Shape.Kind.INSERT
                    ? ConflictException.Kind.INSERT_CONFLICT
                    : ConflictException.Kind.UPDATE_CONFLICT;
            return exactOrSuspect(
                    new ConflictException(
                            mapping.name(), first.commitLsn(), kind, KeyHash.of(mapping, first), sanitized),
                    sent);
        }
        return exactOrSuspect(
                new ReplicationException(
                        "cannot apply a change of kind " + first.shape().kind() + " to table " + mapping.name()
                                + " in the source transaction that committed at " + first.commitLsn() + ", key hash "
                                + KeyHash.of(mapping, first) + ": " + sanitized.getMessage()
                                + "; mend the target and go on",
                        sanitized),
                sent);
    }

    private RuntimeException exactOrSuspect(ReplicationException failure, List<RowChange> sent) {
        return oneByOne
                ? failure
                : new SuspectBatchException(sent.get(sent.size() - 1).commitLsn(), failure);
    }

    void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }
}
