package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Applies deletes, updates and inserts of one table as sets, and requires that each touches its row. */
final class SetApplier {

    private static final int MAX_ROWS = 20_000;
    private static final int MAX_BYTES = 4 << 20;
    private static final int COPY_BYTES = 64 << 10;
    /** With more sets of columns than this the statements are not kept. */
    private static final int MAX_STATEMENTS = 32;

    private final Connection connection;
    private final TableMapping mapping;
    private final SetStatements sql;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    SetApplier(Connection connection, TableMapping mapping) {
        this.connection = connection;
        this.mapping = mapping;
        sql = new SetStatements(mapping);
    }

    void delete(List<TupleData> rows) throws SQLException, SurpriseException {
        requireAll(sql.delete(), mapping.locatedBy(), rows);
    }

    /** Requires that there is no row of these keys. */
    void requireAbsent(List<TupleData> rows) throws SQLException, SurpriseException {
        if (rows.isEmpty()) {
            return;
        }
        PreparedStatement statement = statement(sql.count());
        new Slices(statement, mapping.locatedBy(), rows) {
            @Override
            void execute(int count) throws SQLException, SurpriseException {
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    if (found.getLong(1) != 0) {
                        throw new SurpriseException("the target has rows that were inserted and deleted again");
                    }
                }
            }
        }.run();
    }

    /** Updates rows of which the same columns are set. */
    void update(BitSet set, List<TupleData> rows) throws SQLException, SurpriseException {
        int[] columns = IntStream.concat(IntStream.of(mapping.locatedBy()), set.stream())
                .toArray();
        requireAll(sql.update(set), columns, rows);
    }

    private void requireAll(String text, int[] columns, List<TupleData> rows) throws SQLException, SurpriseException {
        PreparedStatement statement = statement(text);
        new Slices(statement, columns, rows) {
            @Override
            void execute(int count) throws SQLException, SurpriseException {
                int touched = statement.executeUpdate();
                if (touched != count) {
                    throw new SurpriseException(touched + " rows touched instead of " + count);
                }
            }
        }.run();
    }

    private PreparedStatement statement(String text) throws SQLException {
        PreparedStatement known = statements.get(text);
        if (known == null) {
            if (statements.size() >= MAX_STATEMENTS) {
                Iterator<PreparedStatement> eldest = statements.values().iterator();
                eldest.next().close();
                eldest.remove();
            }
            known = connection.prepareStatement(text);
            statements.put(text, known);
        }
        return known;
    }

    void insert(List<TupleData> rows) throws SQLException, SurpriseException {
        if (rows.isEmpty()) {
            return;
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.copy());
        try {
            ValueText text = new ValueText(2 * COPY_BYTES);
            for (TupleData row : rows) {
                write(copy, text, row);
            }
            copy.writeToCopy(text.array(), 0, text.size());
            long copied = copy.endCopy();
            if (copied != rows.size()) {
                throw new SurpriseException(copied + " rows copied instead of " + rows.size());
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void write(CopyIn copy, ValueText text, TupleData row) throws SQLException {
        char separator = 0;
        for (int column : mapping.storedColumns()) {
            if (separator != 0) {
                text.put(separator);
            }
            separator = '\t';
            if (row.isNull(column)) {
                text.copyNull();
            } else {
                int end = row.offset(column) + row.length(column);
                for (int at = row.offset(column); at < end; at += COPY_BYTES) {
                    text.copyValue(row.array(), at, Math.min(COPY_BYTES, end - at));
                    send(copy, text);
                }
            }
        }
        text.put('\n');
        send(copy, text);
    }

    private static void send(CopyIn copy, ValueText text) throws SQLException {
        if (text.size() >= COPY_BYTES) {
            copy.writeToCopy(text.array(), 0, text.size());
            text.clear();
        }
    }

    void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }

    /** Binds rows to a statement, as many at a time as it should take. */
    private abstract class Slices {

        private final PreparedStatement statement;
        private final int[] columns;
        private final List<TupleData> rows;
        private final ValueText[] arrays;
        private final int keyColumns;

        /** Takes the columns with those of the key first, whose arrays are bound again after all. */
        Slices(PreparedStatement statement, int[] columns, List<TupleData> rows) {
            keyColumns = mapping.locatedBy().length;
            this.statement = statement;
            this.columns = columns;
            this.rows = rows;
            arrays = new ValueText[columns.length];
            for (int i = 0; i < arrays.length; i++) {
                arrays[i] = new ValueText(1024);
            }
        }

        abstract void execute(int count) throws SQLException, SurpriseException;

        void run() throws SQLException, SurpriseException {
            int count = 0;
            int bytes = 0;
            for (TupleData row : rows) {
                for (int i = 0; i < columns.length; i++) {
                    arrays[i].element(row, columns[i]);
                }
                count++;
                bytes += row.sizeInBytes();
                if (count == MAX_ROWS || bytes >= MAX_BYTES) {
                    send(count);
                    count = 0;
                    bytes = 0;
                }
            }
            if (count > 0) {
                send(count);
            }
        }

        private void send(int count) throws SQLException, SurpriseException {
            try {
                for (int i = 0; i < arrays.length; i++) {
                    String array = arrays[i].endArray();
                    arrays[i].clear();
                    statement.setObject(i + 1, array, Types.OTHER);
                    if (i < keyColumns) {
                        statement.setObject(arrays.length + i + 1, array, Types.OTHER);
                    }
                }
            } catch (CharacterCodingException e) {
                throw new SurpriseException("a value that is not valid UTF-8");
            }
            execute(count);
            // The driver holds the values until others take their place, and there are many statements.
            statement.clearParameters();
        }
    }

    /** The rows are not as the source says; the changes one by one will tell. */
    static final class SurpriseException extends Exception {

        private static final long serialVersionUID = 1L;

        SurpriseException(String message) {
            super(message);
        }
    }
}
