package dev.godwit.internal.preflight;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.SchemaPlan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What checks look at, and where they put what they find. Used by one thread.
 *
 * @param plan what the builder collected
 * @param source a session on the source, in auto-commit mode
 * @param target a session on the target, in auto-commit mode; on another database of its server unless {@link #targetExists}
 * @param identities who the servers are
 * @param catalog the source's tables that are to be migrated
 * @param schemaPlan what would be done to the target's schema
 * @param findings what was found so far
 */
record CheckContext(
        MigrationPlan plan,
        Connection source,
        Connection target,
        Identities identities,
        Catalog catalog,
        SchemaPlan schemaPlan,
        List<Finding> findings) {

    /** In place of the OID of a target database that the migration is to create. */
    static final long NOT_CREATED = 0;

    /** Tells whether the target database is there; what is in it need not be looked at otherwise. */
    boolean targetExists() {
        return identities.target().databaseOid() != NOT_CREATED;
    }

    /** Tells whether the target remembers this migration already. */
    boolean isRecorded() throws SQLException {
        return targetExists() && StateStore.peek(target, plan.name()).isPresent();
    }

    /** Who the servers are. */
    record Identities(SystemIdentity source, SystemIdentity target) {}

    void add(FindingCode code, String object, String observed, String required, String remedy) {
        findings.add(Finding.of(code, object, observed, required, remedy));
    }

    /** Reads a setting of the session, in its unit; empty where the server has none of this name. */
    static Optional<String> setting(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT setting FROM pg_catalog.pg_settings WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** Reads one row of text columns. */
    static List<String> row(Connection connection, String sql) throws SQLException {
        List<List<String>> rows = rows(connection, sql);
        if (rows.size() != 1) {
            throw new SQLException("expected one row, not " + rows.size());
        }
        return rows.get(0);
    }

    /** Reads rows of text columns; NULL is read as the empty text. */
    static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return read(rows);
        }
    }

    /** Reads what is left of a result as text; NULL is read as the empty text. */
    static List<List<String>> read(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        List<List<String>> all = new ArrayList<>();
        while (rows.next()) {
            List<String> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                String value = rows.getString(i);
                row.add(value == null ? "" : value);
            }
            all.add(row);
        }
        return all;
    }
}
