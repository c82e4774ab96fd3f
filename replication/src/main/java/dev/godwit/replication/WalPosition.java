package dev.godwit.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads positions of a server's write-ahead log. */
public final class WalPosition {

    /** One round trip; the position is read when the message is committed, and so flushed. */
    private static final String FLUSHED_END = "BEGIN; SELECT pg_catalog.pg_logical_emit_message(true, 'godwit', '');"
            + " COMMIT; SELECT pg_catalog.pg_current_wal_flush_lsn()::text";

    private static final int STATEMENTS_BEFORE = 3;

    private WalPosition() {}

    /**
     * Gives a position that every commit so far lies before, and that a stream reaches even if nothing more is written.
     *
     * <p>The insert position does not do for that: it may lie behind a page header where no record follows, and commits of
     * {@code synchronous_commit = off} may wait to be flushed. So a logical message, which pgoutput does not send on, is
     * committed synchronously first; this needs a session that may write, but no table.
     *
     * @param connection an ordinary connection to the server, in auto-commit mode
     * @return the end of the flushed log
     * @throws SQLException if the server refuses
     */
    public static Lsn flushedEnd(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try {
                statement.execute(FLUSHED_END);
            } catch (SQLException e) {
                rollBack(statement, e);
                throw e;
            }
            for (int before = 0; before < STATEMENTS_BEFORE; before++) {
                statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        }
    }

    private static void rollBack(Statement statement, SQLException primary) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }
}
