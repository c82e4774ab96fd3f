package dev.godwit.internal.copy;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.Utils;

/**
 * Moves the rows of one table from server to server without unpacking them, in COPY's binary format where all types allow it, else as
 * text.
 *
 * <p>Memory: one buffer, and the driver's copy of one row. Used by one thread; the caller owns both transactions. After an
 * exception these can be rolled back, also to a savepoint; a session whose COPY could not be ended is closed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL manual: COPY</a>
 */
public final class TableCopier {
    /** Rows are gathered so that the target is not sent a message for each. */
    private static final int BUFFER_BYTES = 128 * 1024;

    /** Below, the files that a TRUNCATE makes anew cost more than a vacuum will. */
    static final long WORTH_FREEZING = 1 << 20;

    private final Connection source;
    private final Connection target;
    private final Pace pace;

    TableCopier(Connection source, Connection target, Pace pace) {
        this.source = source;
        this.target = target;
        this.pace = pace;
    }

    /** Copies as fast as it goes. */
    public TableCopier(Connection source, Connection target) {
        this(source, target, new Pace(0));
    }

    /** Sees a copy go on. */
    public interface Observer {
        /** Takes notice of what was sent to the target so far. */
        void onProgress(long rows, long bytes);
    }

    /** What was copied: rows, bytes of COPY data, and in which format. */
    public record Copied(long rows, long bytes, boolean binary) implements Serializable {}

    /**
     * Copies a table, or a part of it, into its namesake, which must be empty.
     *
     * @throws SQLException if either server refuses
     * @throws IllegalStateException if the target's table holds rows that this migration did not copy, or has not taken all that were sent
     */
    public Copied copy(Table table, TableRows rows, Observer observer) throws SQLException, InterruptedException {
        boolean binary = BinaryTypes.fitting(List.of(table), Map.of(table.name(), rows), source, target)
                .contains(table.name());
        CopyTable plain = CopyTable.of(table, rows, binary);
        return copy(plain, "", empty(target, List.of(plain)), observer);
    }

    /**
     * Copies some rows of a table.
     *
     * @param condition which rows; empty for all
     * @param frozen whether the target's table was emptied in the present transaction
     */
    Copied copy(CopyTable table, String condition, boolean frozen, Observer observer)
            throws SQLException, InterruptedException {
        try (OpenCopy<CopyOut> out = OpenCopy.out(source, copyOut(table, condition));
                OpenCopy<CopyIn> in = OpenCopy.in(target, copyIn(table, frozen))) {
            // The binary format has an end that comes by itself, and a beginning that comes with the first row.
            Moved moved = pump(out.operation(), in.operation(), table.binary() ? 1 : 0, observer);
            long sent = out.operation().getHandledRowCount();
            long taken = in.operation().getHandledRowCount();
            if (moved.rows() != sent || taken != sent) {
                throw new IllegalStateException("table " + table.name() + ": of " + sent + " rows that the source has"
                        + " sent " + moved.rows() + " came, and the target has taken " + taken
                        + "; look for a trigger on the target that keeps rows from being inserted, then resume");
            }
            return new Copied(sent, moved.bytes(), table.binary());
        }
    }

    /**
     * Makes sure that tables on the target are empty; truncates a single large one where the server allows, so that its copy can be
     * frozen.
     *
     * @return whether it did
     * @throws IllegalStateException if one holds rows
     */
    static boolean empty(Connection target, List<CopyTable> tables) throws SQLException {
        for (CopyTable table : holding(target, tables)) {
            throw new IllegalStateException("table " + table.name()
                    + " on the target holds rows that this migration did not copy; empty it, then resume");
        }
        CopyTable first = tables.get(0);
        if (tables.size() > 1 || !first.isOwn() || first.bytes() < WORTH_FREEZING || referenced(target, first.name())) {
            return false;
        }
        try (Statement statement = target.createStatement()) {
            statement.execute("TRUNCATE ONLY " + first.name().quoted());
            return true;
        }
    }

    /** Gives those of the tables that hold rows on the target, other than an extension's. */
    static List<CopyTable> holding(Connection target, List<CopyTable> tables) throws SQLException {
        List<CopyTable> own = tables.stream().filter(CopyTable::isOwn).toList();
        List<CopyTable> holding = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(own.stream()
                        .map(table -> "EXISTS (SELECT FROM ONLY " + table.name().quoted() + ")")
                        .collect(Collectors.joining(", ", "SELECT ", "")))) {
            row.next();
            for (int i = 0; i < own.size(); i++) {
                if (row.getBoolean(i + 1)) {
                    holding.add(own.get(i));
                }
            }
        }
        return holding;
    }

    /** Tells whether a foreign key keeps a table from being truncated. */
    static boolean referenced(Connection target, TableName table) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE contype = 'f' AND confrelid = ?::regclass)")) {
            statement.setString(1, table.quoted());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static String copyOut(CopyTable table, String condition) throws SQLException {
        String columns = columnList(table);
        String where = Stream.of(table.condition(), condition)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" AND "));
        if (where.isEmpty() && table.isOwn()) {
            return "COPY " + table.name().quoted() + " " + (columns.isEmpty() ? "" : "(" + columns + ")") + " TO STDOUT"
                    + options(table.binary(), false);
        }
        return "COPY (SELECT " + columns + " FROM " + table.from() + (where.isEmpty() ? "" : " WHERE " + where)
                + ") TO STDOUT" + options(table.binary(), false);
    }

    private static String copyIn(CopyTable table, boolean frozen) throws SQLException {
        String columns = columnList(table);
        return "COPY " + table.name().quoted() + " " + (columns.isEmpty() ? "" : "(" + columns + ")") + " FROM STDIN"
                + options(table.binary(), frozen);
    }

    private static String columnList(CopyTable table) throws SQLException {
        StringBuilder list = new StringBuilder();
        for (String column : table.columns()) {
            list.append(list.isEmpty() ? "" : ", ");
            Utils.escapeIdentifier(list, column);
        }
        return list.toString();
    }

    private static String options(boolean binary, boolean frozen) {
        return " WITH (FORMAT " + (binary ? "binary" : "text") + (frozen ? ", FREEZE)" : ")");
    }

    private record Moved(long rows, long bytes) {}

    private Moved pump(CopyOut out, CopyIn in, int others, Observer observer)
            throws SQLException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int used = 0;
        long rows = -others;
        long bytes = 0;
        byte[] row = out.readFromCopy();
        while (row != null) {
            rows++;
            bytes += row.length;
            if (row.length > buffer.length - used) {
                pace.await(used);
                in.writeToCopy(buffer, 0, used);
                used = 0;
                observer.onProgress(Math.max(0, rows), bytes);
            }
            if (row.length > buffer.length) {
                pace.await(row.length);
                in.writeToCopy(row, 0, row.length);
            } else {
                System.arraycopy(row, 0, buffer, used, row.length);
                used += row.length;
            }
            row = out.readFromCopy();
        }
        pace.await(used);
        in.writeToCopy(buffer, 0, used);
        in.endCopy();
        observer.onProgress(rows, bytes);
        return new Moved(rows, bytes);
    }
}
