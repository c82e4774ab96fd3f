package dev.godwit.internal.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of schema {@code godwit}, except the apply's progress, which the replication module keeps beside them. */
final class StateTables {

    /** Two processes may create them at the same time: the advisory lock makes one of them wait. */
    private static final String CREATE = """
            SELECT pg_advisory_xact_lock(7166214, 0);
            CREATE SCHEMA IF NOT EXISTS godwit;
            CREATE TABLE IF NOT EXISTS godwit.migration (
                name text PRIMARY KEY,
                source_system text NOT NULL,
                source_timeline integer NOT NULL,
                source_database text NOT NULL,
                slot text NOT NULL,
                publication text NOT NULL,
                phase text NOT NULL,
                failure text,
                owner_epoch bigint NOT NULL,
                consistent_lsn text,
                cutover_step text,
                end_lsn text,
                reverse_lsn text,
                source_closed_before boolean NOT NULL DEFAULT false,
                source_closed_as text,
                created timestamptz NOT NULL DEFAULT now(),
                updated timestamptz NOT NULL DEFAULT now());
            CREATE TABLE IF NOT EXISTS godwit.table_state (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                schema_name text NOT NULL,
                table_name text NOT NULL,
                state text NOT NULL,
                split_lsn text,
                synced_lsn text,
                rows bigint,
                bytes bigint,
                started timestamptz,
                ended timestamptz,
                row_columns text[],
                row_condition text,
                row_filter text,
                PRIMARY KEY (migration, schema_name, table_name));
            CREATE TABLE IF NOT EXISTS godwit.chunk_state (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                schema_name text NOT NULL,
                table_name text NOT NULL,
                chunk integer NOT NULL,
                rows bigint NOT NULL,
                bytes bigint NOT NULL,
                PRIMARY KEY (migration, schema_name, table_name, chunk));
            CREATE TABLE IF NOT EXISTS godwit.schema_step (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                id text NOT NULL,
                done timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (migration, id));
            CREATE TABLE IF NOT EXISTS godwit.adjustment (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                id text NOT NULL,
                restore_sql text NOT NULL,
                state text,
                source_state text,
                PRIMARY KEY (migration, id));
            CREATE TABLE IF NOT EXISTS godwit.large_object (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                oid oid NOT NULL,
                mark text NOT NULL,
                PRIMARY KEY (migration, oid));
            CREATE TABLE IF NOT EXISTS godwit.baseline (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                catalog text NOT NULL,
                oids oid[],
                PRIMARY KEY (migration, catalog));
            """;

    /**
     * What tables lack that an earlier release has made; rows of before count as if nobody else had closed the source, and as if what was
     * adjusted on the target were known by its name alone.
     */
    private static final String COMPLETE = """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'godwit.migration'::regclass AND NOT attisdropped
                                  AND attname IN ('source_closed_before', 'source_closed_as')
                               HAVING count(*) = 2) THEN
                    PERFORM pg_advisory_xact_lock(7166214, 0);
                    ALTER TABLE godwit.migration
                        ADD COLUMN IF NOT EXISTS source_closed_before boolean NOT NULL DEFAULT false,
                        ADD COLUMN IF NOT EXISTS source_closed_as text;
                END IF;
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                                WHERE attrelid = 'godwit.adjustment'::regclass AND attname = 'source_state'
                                  AND NOT attisdropped) THEN
                    PERFORM pg_advisory_xact_lock(7166214, 0);
                    ALTER TABLE godwit.adjustment
                        ADD COLUMN IF NOT EXISTS state text, ADD COLUMN IF NOT EXISTS source_state text;
                END IF;
            END $$
            """;

    private StateTables() {}

    static void create(Connection connection) throws SQLException {
        execute(connection, CREATE);
        complete(connection);
    }

    /** Brings tables of an earlier release up to this one. */
    static void complete(Connection connection) throws SQLException {
        if (exist(connection)) {
            execute(connection, COMPLETE);
        }
    }

    static Sealing sealing(Connection connection, String migration) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT source_closed_before, source_closed_as FROM godwit.migration WHERE name = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? new Sealing(row.getBoolean(1), row.getString(2)) : new Sealing(false, null);
            }
        }
    }

    static boolean exist(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT to_regclass('godwit.migration') IS NOT NULL")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Does something in a transaction during which nobody else makes, completes or drops these tables. */
    static void alone(Connection connection, EventTriggers.Work work) throws SQLException {
        EventTriggers.unseen(connection, () -> {
            // Ahead of any lock on the tables: who completes them takes the two in this order.
            execute(connection, "SELECT pg_advisory_xact_lock(7166214, 0)");
            work.run();
        });
    }

    /** Drops the schema when it holds no migration any more; in a transaction {@link #alone}. */
    static void dropIfEmpty(Connection connection) throws SQLException {
        execute(connection, """
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT 1 FROM godwit.migration) THEN
                        DROP SCHEMA godwit CASCADE;
                    END IF;
                END $$
                """);
    }

    /** Forgets what is kept of a migration in the tables that do not hang on its record; gives how many rows that was. */
    static int forget(Connection connection, String migration) throws SQLException {
        int forgotten = 0;
        for (String table : List.of(
                "godwit.apply_progress",
                "godwit.applier_progress",
                "godwit.apply_counter",
                "godwit.apply_exception",
                "godwit.relation_shape")) {
            try (PreparedStatement exists = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
                exists.setString(1, table);
                try (ResultSet row = exists.executeQuery()) {
                    row.next();
                    if (!row.getBoolean(1)) {
                        continue;
                    }
                }
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM " + table + " WHERE migration IN (?, ?)")) {
                delete.setString(1, migration);
                delete.setString(2, JoinStore.asideOf(migration));
                forgotten += delete.executeUpdate();
            }
        }
        return forgotten;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
