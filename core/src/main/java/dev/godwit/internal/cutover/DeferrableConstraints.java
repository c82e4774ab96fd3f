package dev.godwit.internal.cutover;

import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for rows of the target that break a deferrable unique or exclusion constraint. The server checks these by a trigger,
 * which does not act in the sessions that apply changes, so a row that somebody else wrote can stand beside an applied one.
 *
 * <p>Everything is looked through before writers wait, and again while they do as far as there is time for it. Used by one
 * thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createtable.html">PostgreSQL manual: CREATE TABLE, on DEFERRABLE
 *     and on uniqueness checked by triggers</a>
 */
final class DeferrableConstraints {

    private static final Logger LOG = LoggerFactory.getLogger(DeferrableConstraints.class);

    /** Whether NULLs are distinct is a question since version 15. */
    private static final int NULLS_NOT_DISTINCT = 15;

    /**
     * For each constraint a query that finds a violation. Columns of an exclusion constraint may be expressions, and need
     * not be compared by equality; a unique one compares columns by that of their types.
     */
    private static final String CONSTRAINTS = """
            SELECT n.nspname, c.relname, k.conname,
                   CASE WHEN k.conexclop IS NULL THEN
                       (SELECT format('SELECT 1 FROM ONLY %%I.%%I%%s GROUP BY %%s HAVING count(*) > 1 LIMIT 1', n.nspname, c.relname,
                                      CASE WHEN NOT %s THEN ' WHERE ' || string_agg(format('%%I IS NOT NULL', a.attname), ' AND ') END,
                                      string_agg(quote_ident(a.attname), ', '))
                          FROM unnest(k.conkey) u (attnum)
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum)
                   ELSE
                       (SELECT format('SELECT 1 FROM (%%1$s) a JOIN (%%1$s) b ON a.place < b.place AND %%2$s LIMIT 1',
                                      format('SELECT ctid AS place, %%s FROM ONLY %%I.%%I%%s',
                                             string_agg(format('%%s AS e%%s', pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, false),
                                                               u.place), ', '),
                                             n.nspname, c.relname,
                                             ' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid)),
                                      string_agg(format('a.e%%1$s OPERATOR(%%2$I.%%3$s) b.e%%1$s', u.place, s.nspname, o.oprname), ' AND '))
                          FROM unnest(k.conexclop) WITH ORDINALITY u (operator, place)
                          JOIN pg_catalog.pg_operator o ON o.oid = u.operator
                          JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace)
                   END
              FROM pg_catalog.pg_constraint k
              JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
              JOIN pg_catalog.pg_class c ON c.oid = k.conrelid AND c.relkind = 'r'
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE k.condeferrable AND k.contype IN ('p', 'u', 'x')
             ORDER BY 1, 2, 3
            """;

    private record Constraint(TableName table, String name, String search) {}

    private final Set<TableName> tables;
    private final Map<Constraint, Duration> looked = new HashMap<>();

    DeferrableConstraints(Catalog catalog) {
        tables = catalog.tables().stream().map(Table::name).collect(Collectors.toSet());
    }

    /** Looks through all of them, however long it takes, and remembers how long each took. */
    void verify(Connection target) throws SQLException {
        looked.clear();
        for (Constraint constraint : constraints(target)) {
            long started = System.nanoTime();
            verify(target, constraint);
            looked.put(constraint, Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /** Looks again through as many as took no longer than this together, the quickest first. */
    void verifyAgain(Connection target, Duration time) throws SQLException {
        Duration left = time;
        List<Constraint> quickest = looked.keySet().stream()
                .sorted(Comparator.comparing(looked::get))
                .toList();
        for (Constraint constraint : quickest) {
            left = left.minus(looked.getOrDefault(constraint, Duration.ZERO));
            if (left.isNegative()) {
                LOG.info(
                        "constraint {} of table {} was looked through before the write pause only",
                        constraint.name(),
                        constraint.table());
            } else {
                verify(target, constraint);
            }
        }
    }

    private List<Constraint> constraints(Connection target) throws SQLException {
        int major = target.getMetaData().getDatabaseMajorVersion();
        String sql = CONSTRAINTS.formatted(major >= NULLS_NOT_DISTINCT ? "i.indnullsnotdistinct" : "false");
        List<Constraint> constraints = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                TableName table = new TableName(row.getString(1), row.getString(2));
                if (tables.contains(table)) {
                    constraints.add(new Constraint(table, row.getString(3), row.getString(4)));
                }
            }
        }
        return constraints;
    }

    private static void verify(Connection target, Constraint constraint) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(constraint.search())) {
            if (row.next()) {
                throw new IllegalStateException("rows of table " + constraint.table()
                        + " on the target break its deferrable constraint \"" + constraint.name()
                        + "\", which the source's rows keep: somebody else wrote to it; find them with "
                        + constraint.search() + " and take them away, then cut over again");
            }
        }
    }
}
