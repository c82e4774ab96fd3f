package dev.godwit.replication.apply;

import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where conflicting changes go instead of stopping a subscriber: the table {@code godwit.apply_exception} of the target, one
 * row for each, written in the transaction that applies the rest of the source transaction.
 *
 * <p>A row holds the values that the source sent, as text in {@code old_row} (the old row, or its key) and {@code new_row}; an
 * unchanged out-of-line value was not sent and is not in it. {@code resolved} is null until somebody has dealt with it.
 *
 * <p>Immutable; any thread may use it with its own connection.
 */
public final class ExceptionTable {

    private static final String CREATE = """
            SELECT pg_catalog.pg_advisory_xact_lock(7166214, 0);
            CREATE SCHEMA IF NOT EXISTS godwit;
            CREATE TABLE IF NOT EXISTS godwit.apply_exception (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                migration text NOT NULL,
                commit_lsn pg_lsn NOT NULL,
                schema_name text NOT NULL,
                table_name text NOT NULL,
                kind text NOT NULL,
                operation text NOT NULL,
                key_hash text NOT NULL,
                reason text,
                old_row jsonb,
                new_row jsonb,
                recorded timestamptz NOT NULL DEFAULT clock_timestamp(),
                resolved timestamptz);
            """;

    private static final String INSERT = "INSERT INTO godwit.apply_exception (migration, commit_lsn, schema_name,"
            + " table_name, kind, operation, key_hash, reason, old_row, new_row) VALUES (?, ?::pg_catalog.pg_lsn,"
            + " ?, ?, ?, ?, ?, ?, pg_catalog.jsonb_object(?::text[], ?::text[]),"
            + " pg_catalog.jsonb_object(?::text[], ?::text[]))";

    private final String migration;

    private ExceptionTable(String migration) {
        this.migration = migration;
    }

    /**
     * Gives the part of the table that belongs to a migration.
     *
     * @param migration the migration's name
     * @return the table
     */
    public static ExceptionTable of(String migration) {
        return new ExceptionTable(migration);
    }

    /**
     * Creates schema and table if they do not exist.
     *
     * @param target a session on the target, in auto-commit mode
     * @throws SQLException if the server refuses
     */
    public static void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** Records a change that did not fit, in the caller's transaction. */
    void record(
            Connection target, ConflictException conflict, PgOutputMessage.Relation relation, PgOutputMessage change)
            throws SQLException {
        Throwable cause = conflict.getCause();
        try (PreparedStatement insert = target.prepareStatement(INSERT)) {
            insert.setString(1, migration);
            insert.setString(2, conflict.commitLsn().toString());
            insert.setString(3, relation.schema());
            insert.setString(4, relation.name());
            insert.setString(5, conflict.kind().name());
            insert.setString(6, operation(change));
            insert.setString(7, conflict.keyHash());
            insert.setString(8, cause == null ? null : cause.getMessage());
            bind(insert, 9, oldValues(relation, change));
            bind(insert, 11, newValues(relation, change));
            insert.executeUpdate();
        }
    }

    private static String operation(PgOutputMessage change) {
        if (change instanceof PgOutputMessage.Insert) {
            return "INSERT";
        }
        return change instanceof PgOutputMessage.Update ? "UPDATE" : "DELETE";
    }

    /** Columns and their values, in text. */
    private record Values(List<String> columns, List<@Nullable String> texts) {}

    private static void bind(PreparedStatement insert, int index, @Nullable Values values) throws SQLException {
        if (values == null) {
            insert.setNull(index, java.sql.Types.ARRAY);
            insert.setNull(index + 1, java.sql.Types.ARRAY);
            return;
        }
        Connection connection = insert.getConnection();
        insert.setArray(index, connection.createArrayOf("text", values.columns().toArray()));
        insert.setArray(
                index + 1, connection.createArrayOf("text", values.texts().toArray()));
    }

    private static @Nullable Values oldValues(PgOutputMessage.Relation relation, PgOutputMessage change) {
        if (change instanceof PgOutputMessage.Update update) {
            if (update.oldRow() != null) {
                return values(relation, update.oldRow(), true);
            }
            return update.oldKey() == null ? null : values(relation, update.oldKey(), false);
        }
        if (change instanceof PgOutputMessage.Delete delete) {
            return values(relation, delete.old(), delete.wholeRow());
        }
        return null;
    }

    private static @Nullable Values newValues(PgOutputMessage.Relation relation, PgOutputMessage change) {
        if (change instanceof PgOutputMessage.Insert insert) {
            return values(relation, insert.row(), true);
        }
        return change instanceof PgOutputMessage.Update update ? values(relation, update.row(), true) : null;
    }

    private static Values values(PgOutputMessage.Relation relation, TupleData row, boolean wholeRow) {
        Values values = new Values(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < row.columnCount(); i++) {
            RelationColumn column = relation.columns().get(i);
            if ((wholeRow || column.partOfKey()) && (row.isText(i) || row.isNull(i))) {
                values.columns().add(column.name());
                values.texts().add(row.isNull(i) ? null : text(relation, row, i));
            }
        }
        return values;
    }

    private static String text(PgOutputMessage.Relation relation, TupleData row, int column) {
        try {
            return row.text(column);
        } catch (CharacterCodingException e) {
            throw new ReplicationException(
                    "a value of a conflicting change of table " + relation.schema() + "." + relation.name()
                            + " is not valid UTF-8 and cannot be recorded",
                    e);
        }
    }
}
