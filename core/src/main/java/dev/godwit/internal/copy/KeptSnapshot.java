package dev.godwit.internal.copy;

import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A snapshot that a session has exported, and keeps together with its locks on the tables. Who has imported it goes on seeing it when
 * that session's transaction ends, but a table that is truncated or rewritten from then on is empty in it.
 *
 * @param name by which it is imported
 * @param keeper the keeper's virtual transaction, a name that the server gives once
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">PostgreSQL manual: pg_locks</a>
 */
record KeptSnapshot(String name, String keeper) implements Serializable {
    private static final String TRANSACTION =
            "SELECT virtualtransaction FROM pg_catalog.pg_locks WHERE pid = pg_backend_pid() LIMIT 1";

    private static final String HELD = """
            SELECT count(DISTINCT l.relation) FROM pg_catalog.pg_locks l
             WHERE l.virtualtransaction = ? AND l.locktype = 'relation' AND l.granted
               AND l.relation IN (SELECT t::regclass::oid FROM unnest(?::text[]) t)
            """;

    /** Exports the snapshot of a session's transaction, which holds the tables' locks. */
    static KeptSnapshot export(Connection keeper) throws SQLException {
        String name = SnapshotSession.export(keeper);
        try (Statement statement = keeper.createStatement();
                ResultSet row = statement.executeQuery(TRANSACTION)) {
            row.next();
            return new KeptSnapshot(name, row.getString(1));
        }
    }

    /**
     * Makes sure that the keeper has held its locks on tables until now. Who has locked them before is safe from here on.
     *
     * @throws SnapshotLostException if it has not
     */
    void requireLocked(Connection source, List<TableName> tables) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(HELD)) {
            query.setString(1, keeper);
            query.setArray(
                    2,
                    source.createArrayOf(
                            "text", tables.stream().map(TableName::quoted).toArray()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getLong(1) < tables.size()) {
                    throw new SnapshotLostException();
                }
            }
        }
    }
}
