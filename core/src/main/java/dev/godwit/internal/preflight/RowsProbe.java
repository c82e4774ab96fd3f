package dev.godwit.internal.preflight;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.ReplicaIdentity;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Asks the source what it would say if a part of a table were published: of an empty table that is made like it, in a transaction that
 * is rolled back. The table itself is locked against nothing but DDL (ACCESS SHARE), and for as long as that takes.
 */
public final class RowsProbe {
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);
    /** What a statement of the user may be refused with: syntax and access, data, features; the rest has other causes. */
    private static final Set<String> REFUSALS = Set.of("42", "22", "0A");

    private static final String NOT_ALLOWED = "42501";

    private static final String FILTER = "SELECT pg_catalog.pg_get_expr(r.prqual, r.prrelid),"
            + " ARRAY(SELECT a.attname::text FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attribute a"
            + " ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
            + " WHERE d.classid = 'pg_catalog.pg_publication_rel'::regclass AND d.objid = r.oid"
            + " AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = r.prrelid AND d.refobjsubid > 0"
            + " ORDER BY a.attnum) FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p"
            + " ON p.oid = r.prpubid WHERE p.pubname = '%s'";

    /**
     * What the source says.
     *
     * @param filter the condition as the server understands it; null without one, or if it is refused
     * @param columns the columns that the condition is about
     * @param refusal why the server does not take the condition, or the columns; null if it does
     * @param failure why the application's own UPDATE and DELETE would fail; null if they would not
     */
    public record Answer(
            @Nullable String filter,
            List<String> columns,
            @Nullable String refusal,
            @Nullable String failure) {}

    private final Statement statement;
    private final Table table;
    private final TableRows rows;
    private final String probe;
    private final String likeness;

    private RowsProbe(Statement statement, Table table, TableRows rows) {
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        this.statement = statement;
        this.table = table;
        this.rows = rows;
        this.probe = "godwit_probe_" + HexFormat.of().formatHex(random);
        this.likeness = probe + "." + RelationName.quote(table.name().name());
    }

    /**
     * Asks.
     *
     * @param source a session in auto-commit mode
     */
    public static Answer ask(Connection source, Table table, TableRows rows) throws SQLException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            statement.setEscapeProcessing(false);
            return new RowsProbe(statement, table, rows).ask();
        } finally {
            if (!source.isClosed()) {
                source.rollback();
                source.setAutoCommit(true);
            }
        }
    }

    private Answer ask() throws SQLException {
        statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
        statement.execute("CREATE SCHEMA " + probe);
        statement.execute("CREATE TABLE " + likeness + " (LIKE " + table.name().quoted() + ")");
        String condition =
                rows.condition().map(text -> " WHERE (" + text + "\n)").orElse("");
        String refusal = refusal("CREATE PUBLICATION " + probe + " FOR TABLE ONLY " + likeness + condition);
        if (refusal != null) {
            return new Answer(null, List.of(), refusal, null);
        }
        String filter;
        List<String> columns;
        try (ResultSet row = statement.executeQuery(FILTER.formatted(probe))) {
            row.next();
            filter = row.getString(1);
            columns = List.of((String[]) row.getArray(2).getArray());
        }
        if (!rows.columns().isEmpty()) {
            refusal = refusal("ALTER PUBLICATION " + probe + " SET TABLE ONLY " + likeness + " ("
                    + quoted(rows.columns()) + ")" + condition);
            if (refusal != null) {
                return new Answer(filter, columns, refusal, null);
            }
        }
        return new Answer(filter, columns, null, failure());
    }

    /** Planning is enough for the server to look; without a replica identity it is another check that has to say so. */
    private @Nullable String failure() throws SQLException {
        ReplicaIdentity identity = table.replicaIdentity();
        if (!identity.suffices()) {
            return null;
        }
        if (identity.setting() == ReplicaIdentity.Setting.FULL) {
            statement.execute("ALTER TABLE " + likeness + " REPLICA IDENTITY FULL");
        } else {
            statement.execute(
                    "CREATE UNIQUE INDEX identity ON " + likeness + " (" + quoted(identity.keyColumns()) + ")");
            statement.execute("ALTER TABLE " + likeness + " REPLICA IDENTITY USING INDEX identity");
        }
        return refusal("EXPLAIN DELETE FROM ONLY " + likeness + " WHERE false");
    }

    private static String quoted(List<String> columns) {
        return columns.stream().map(RelationName::quote).collect(Collectors.joining(", "));
    }

    private @Nullable String refusal(String sql) throws SQLException {
        if (Parser.parseJdbcSql(sql, true, false, true, false, false).size() > 1) {
            return "it holds more than one statement";
        }
        try {
            statement.execute(sql);
            return null;
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state == null || NOT_ALLOWED.equals(state) || !REFUSALS.contains(state.substring(0, 2))) {
                throw e;
            }
            return words(e);
        }
    }

    private static String words(SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        if (server == null) {
            return String.valueOf(e.getMessage());
        }
        List<String> words = new ArrayList<>();
        words.add(String.valueOf(server.getMessage()));
        if (server.getDetail() != null) {
            words.add(server.getDetail());
        }
        return String.join(": ", words);
    }
}
