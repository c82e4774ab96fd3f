package dev.godwit.internal.copy;

import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.Utils;

/**
 * Moves the rows of one table from server to server without unpacking them, in COPY's binary format where all types allow it, else as
 * text.
 *
 * <p>Memory: one buffer, and the driver's copy of one row. Used by one thread; the caller owns both transactions. After an
 * exception both connections are unfit for further use.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL manual: COPY</a>
 */
public final class TableCopier {
    /** Rows are gathered so that the target is not sent a message for each. */
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Connection source;
    private final Connection target;

    public TableCopier(Connection source, Connection target) {
        this.source = source;
        this.target = target;
    }

    /** Sees a copy go on. */
    public interface Observer {
        /** Takes notice of what was sent to the target so far. */
        void onProgress(long rows, long bytes);
    }

    /** What was copied: rows, and bytes of COPY data. */
    public record Copied(long rows, long bytes) {}

    /**
     * Copies a table into its namesake, which must be empty.
     *
     * @throws SQLException if either server refuses
     * @throws IllegalStateException if the target's table holds rows that this migration did not copy
     */
    public Copied copy(Table table, Observer observer) throws SQLException {
        boolean frozen = table.configuration().isEmpty() && emptied(table);
        boolean binary = BinaryTypes.fit(table, target);
        CopyOut out = source.unwrap(PGConnection.class).getCopyAPI().copyOut(copyOut(table, binary));
        CopyIn in = target.unwrap(PGConnection.class).getCopyAPI().copyIn(copyIn(table, binary, frozen));
        // The binary format has an end that comes by itself, and a beginning that comes with the first row.
        return pump(out, in, binary ? 1 : 0, observer);
    }

    /** Truncates where the server allows, so that the copy can be frozen; tells whether it did. */
    private boolean emptied(Table table) throws SQLException {
        String name = table.name().quoted();
        try (Statement statement = target.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM ONLY " + name + ")")) {
                row.next();
                if (row.getBoolean(1)) {
                    throw new IllegalStateException("table " + table.name() + " on the target holds rows that this"
                            + " migration did not copy; empty it, then resume");
                }
            }
            if (referenced(table)) {
                return false;
            }
            statement.execute("TRUNCATE ONLY " + name);
            return true;
        }
    }

    private boolean referenced(Table table) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid = ?::regclass)")) {
            statement.setString(1, table.name().quoted());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static String copyOut(Table table, boolean binary) throws SQLException {
        String name = table.name().quoted();
        String columns = columnList(table);
        if (table.configuration().isPresent()) {
            return "COPY (SELECT " + columns.substring(1, columns.length() - 1) + " FROM ONLY " + name + " "
                    + table.configuration().get().condition() + ") TO STDOUT" + options(binary, false);
        }
        return "COPY " + name + " " + columns + " TO STDOUT" + options(binary, false);
    }

    private static String copyIn(Table table, boolean binary, boolean frozen) throws SQLException {
        return "COPY " + table.name().quoted() + " " + columnList(table) + " FROM STDIN" + options(binary, frozen);
    }

    private static String options(boolean binary, boolean frozen) {
        return " WITH (FORMAT " + (binary ? "binary" : "text") + (frozen ? ", FREEZE)" : ")");
    }

    /** A table without columns takes no list. */
    private static String columnList(Table table) throws SQLException {
        List<Column> columns = table.copyColumns();
        if (columns.isEmpty()) {
            return "";
        }
        StringBuilder list = new StringBuilder();
        for (Column column : columns) {
            list.append(list.isEmpty() ? "(" : ", ");
            Utils.escapeIdentifier(list, column.name());
        }
        return list.append(')').toString();
    }

    private static Copied pump(CopyOut out, CopyIn in, int others, Observer observer) throws SQLException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int used = 0;
        long rows = -others;
        long bytes = 0;
        byte[] row = out.readFromCopy();
        while (row != null) {
            rows++;
            bytes += row.length;
            if (row.length > buffer.length - used) {
                in.writeToCopy(buffer, 0, used);
                used = 0;
                observer.onProgress(Math.max(0, rows), bytes);
            }
            if (row.length > buffer.length) {
                in.writeToCopy(row, 0, row.length);
            } else {
                System.arraycopy(row, 0, buffer, used, row.length);
                used += row.length;
            }
            row = out.readFromCopy();
        }
        in.writeToCopy(buffer, 0, used);
        in.endCopy();
        observer.onProgress(rows, bytes);
        return new Copied(rows, bytes);
    }
}
