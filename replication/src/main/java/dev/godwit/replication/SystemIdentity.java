package dev.godwit.replication;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which database of which cluster a connection leads to.
 *
 * @param systemIdentifier the cluster's identifier, given by initdb and kept by physical copies
 * @param timeline the timeline that the server is on
 * @param database the database's name
 * @param databaseOid the database's OID
 * @param version the server's version as a number, such as 130023
 */
public record SystemIdentity(String systemIdentifier, int timeline, String database, long databaseOid, int version) {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /** After a promotion the last checkpoint is still of the former timeline, until the next one has ended, which may take long. */
    private static final String IDENTITY =
            "SELECT s.system_identifier::text, greatest(c.timeline_id, r.min_recovery_end_timeline)"
                    + " FROM pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c,"
                    + " pg_catalog.pg_control_recovery() r";

    /**
     * Reads the identity over an ordinary connection, and over a replication connection what the role may not read.
     *
     * @param server the server to ask
     * @return its identity
     * @throws SQLException if a session cannot be opened or the server refuses
     */
    public static SystemIdentity of(ServerConnections server) throws SQLException {
        try (Connection connection = server.open()) {
            return of(connection);
        } catch (SQLException e) {
            if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw e;
            }
        }
        try (Connection replication = server.openReplication();
                Statement statement = replication.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return complete(replication, row.getString("systemid"), row.getInt("timeline"));
        }
    }

    /**
     * Reads the identity over an ordinary connection.
     *
     * @param connection an ordinary connection
     * @return the identity
     * @throws SQLException with SQLSTATE 42501 if the role may not call the functions on the control file
     */
    public static SystemIdentity of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IDENTITY)) {
            row.next();
            return complete(connection, row.getString(1), row.getInt(2));
        }
    }

    private static SystemIdentity complete(Connection connection, String identifier, int timeline) throws SQLException {
        String sql = "SELECT d.datname, d.oid::bigint, pg_catalog.current_setting('server_version_num')::int"
                + " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return new SystemIdentity(identifier, timeline, row.getString(1), row.getLong(2), row.getInt(3));
        }
    }

    /**
     * Tells whether both lead to the same database of the same cluster, whatever host or port was used.
     *
     * @param other the identity to compare with
     * @return true if cluster and database are the same
     */
    public boolean isSameDatabaseAs(SystemIdentity other) {
        return systemIdentifier.equals(other.systemIdentifier) && databaseOid == other.databaseOid;
    }
}
