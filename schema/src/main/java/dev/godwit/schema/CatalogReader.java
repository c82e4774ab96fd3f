package dev.godwit.schema;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads a {@link Catalog} in a number of queries that does not grow with the number of objects. */
public final class CatalogReader {

    private CatalogReader() {}

    /**
     * Reads the catalog as the connection's transaction sees it; in autocommit mode in a transaction of its own. Leaves
     * every setting of the connection as it was.
     *
     * @param connection a connection to a server of version 10 or later; used by the calling thread until this returns
     * @param tables which tables are of interest; sequences owned by others are left out with them, and have no owner
     *     where a default of one of interest draws from them all the same
     * @return the catalog
     * @throws SQLException if the catalog cannot be read, or the server is older than 10
     */
    public static Catalog read(Connection connection, Predicate<TableName> tables) throws SQLException {
        return CatalogQuery.on(connection, query -> read(query, tables));
    }

    static Catalog read(CatalogQuery query, Predicate<TableName> tables) throws SQLException {
        return read(query, tables, new TableReader(query).read(tables));
    }

    /** Reads a catalog whose tables are the foreign ones too. */
    static Catalog readWithForeignTables(CatalogQuery query, Predicate<TableName> tables) throws SQLException {
        return read(query, tables, new TableReader(query).readWithForeignTables(tables));
    }

    private static Catalog read(CatalogQuery query, Predicate<TableName> tables, List<Table> selected)
            throws SQLException {
        Set<TableName> names = selected.stream().map(Table::name).collect(Collectors.toSet());
        return new Catalog(
                query.version(),
                selected,
                sequences(query, names),
                triggers(query, names),
                foreignTables(query, tables));
    }

    private static List<Sequence> sequences(CatalogQuery query, Set<TableName> names) throws SQLException {
        List<Sequence> all = new SequenceReader(query).read();
        Predicate<Sequence> belongs = sequence -> sequence.ownerOrNull() == null
                || names.contains(sequence.ownerOrNull().table());
        if (all.stream().allMatch(belongs)) {
            return all;
        }
        Set<Long> needed = drawnFrom(query, names);
        return all.stream()
                .filter(belongs.or(sequence -> needed.contains(sequence.oid())))
                .map(sequence -> belongs.test(sequence) ? sequence : sequence.withoutOwner())
                .toList();
    }

    /** The sequences that defaults of these tables name, which LIKE gives two tables in common. */
    private static Set<Long> drawnFrom(CatalogQuery query, Set<TableName> names) throws SQLException {
        Set<Long> needed = new HashSet<>();
        query.list(
                """
                SELECT n.nspname, c.relname, s.oid
                FROM pg_catalog.pg_attrdef a
                JOIN pg_catalog.pg_class c ON c.oid = a.adrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = a.oid
                    AND d.refclassid = 'pg_catalog.pg_class'::regclass
                JOIN pg_catalog.pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
                """,
                row -> names.contains(new TableName(row.getString(1), row.getString(2))) && needed.add(row.getLong(3)));
        return needed;
    }

    private static List<Trigger> triggers(CatalogQuery query, Set<TableName> names) throws SQLException {
        List<Trigger> all = query.list(
                """
                SELECT n.nspname, c.relname, t.tgname, t.tgenabled
                FROM pg_catalog.pg_trigger t
                JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE NOT t.tgisinternal
                ORDER BY 1, 2, 3
                """,
                row -> new Trigger(
                        new TableName(row.getString(1), row.getString(2)),
                        row.getString(3),
                        Trigger.State.of(row.getString(4))));
        return all.stream().filter(trigger -> names.contains(trigger.table())).toList();
    }

    private static List<TableName> foreignTables(CatalogQuery query, Predicate<TableName> tables) throws SQLException {
        List<TableName> all = query.list(
                """
                SELECT n.nspname, c.relname
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'f' AND %s AND NOT %s
                ORDER BY 1, 2
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_class", "c.oid")),
                row -> new TableName(row.getString(1), row.getString(2)));
        return all.stream().filter(FixedSelection.whole(tables)).toList();
    }
}
