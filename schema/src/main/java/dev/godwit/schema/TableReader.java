package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads tables with their columns, parents and keys: one query for each of these, whatever the number of tables. */
final class TableReader {

    private final CatalogQuery query;

    TableReader(CatalogQuery query) {
        this.query = query;
    }

    /** A row of pg_class and what hangs on it. */
    private record Relation(
            long oid,
            TableName name,
            char kind,
            char persistence,
            boolean partition,
            char replicaIdentity,
            Rest rest) {}

    private record Rest(
            Table.RowSecurity rowSecurity,
            TableSize size,
            String owner,
            Table.@Nullable ExtensionConfiguration configuration) {}

    private record Parent(long child, TableName name) {}

    private record Key(long table, boolean primary, boolean identity, boolean usable, List<String> columns) {}

    List<Table> read(Predicate<TableName> wanted) throws SQLException {
        return read(wanted, "'r', 'p'");
    }

    List<Table> readWithForeignTables(Predicate<TableName> wanted) throws SQLException {
        return read(wanted, "'r', 'p', 'f'");
    }

    private List<Table> read(Predicate<TableName> wanted, String kinds) throws SQLException {
        Predicate<TableName> whole = FixedSelection.whole(wanted);
        List<Relation> relations = relations(kinds).stream()
                .filter(relation -> (relation.kind() == 'f' ? whole : wanted).test(relation.name()))
                .toList();
        Map<Long, List<Column>> columns = new ColumnReader(query).read();
        Map<Long, List<TableName>> parents = new HashMap<>();
        for (Parent parent : parents()) {
            parents.computeIfAbsent(parent.child(), oid -> new ArrayList<>()).add(parent.name());
        }
        Map<Long, List<Key>> keys = new HashMap<>();
        for (Key key : keys()) {
            keys.computeIfAbsent(key.table(), oid -> new ArrayList<>()).add(key);
        }
        return relations.stream()
                .map(relation -> table(
                        relation,
                        columns.getOrDefault(relation.oid(), List.of()),
                        parents.getOrDefault(relation.oid(), List.of()),
                        keys.getOrDefault(relation.oid(), List.of())))
                .toList();
    }

    private Table table(Relation relation, List<Column> columns, List<TableName> parents, List<Key> keys) {
        List<String> primaryKey =
                keys.stream().filter(Key::primary).findFirst().map(Key::columns).orElse(List.of());
        return new Table(
                relation.oid(),
                relation.name(),
                relation.kind() == 'p' ? Table.Kind.PARTITIONED : Table.Kind.ORDINARY,
                relation.persistence() == 'u' ? Table.Persistence.UNLOGGED : Table.Persistence.PERMANENT,
                relation.partition(),
                parents,
                columns,
                primaryKey,
                replicaIdentity(relation, columns, keys),
                relation.rest().rowSecurity(),
                relation.rest().size(),
                relation.rest().owner(),
                relation.rest().configuration());
    }

    private ReplicaIdentity replicaIdentity(Relation relation, List<Column> columns, List<Key> keys) {
        return switch (relation.replicaIdentity()) {
            case 'd' ->
                keyed(
                        ReplicaIdentity.Setting.DEFAULT,
                        keys.stream().filter(Key::primary).findFirst().orElse(null),
                        columns);
            case 'i' ->
                keyed(
                        ReplicaIdentity.Setting.INDEX,
                        keys.stream().filter(Key::identity).findFirst().orElse(null),
                        columns);
            case 'f' -> full(columns);
            case 'n' -> insufficient(ReplicaIdentity.Setting.NOTHING, List.of(), "has REPLICA IDENTITY NOTHING");
            default ->
                throw new IllegalStateException(
                        "Unknown replica identity " + relation.replicaIdentity() + " of table " + relation.name());
        };
    }

    private static ReplicaIdentity keyed(ReplicaIdentity.Setting setting, @Nullable Key key, List<Column> columns) {
        if (key == null) {
            return insufficient(
                    setting,
                    List.of(),
                    setting == ReplicaIdentity.Setting.DEFAULT
                            ? "has no primary key and REPLICA IDENTITY DEFAULT"
                            : "has REPLICA IDENTITY USING INDEX, but that index was dropped");
        }
        if (!key.usable()) {
            return insufficient(
                    setting, key.columns(), "has a replica identity index that is deferrable, invalid or partial");
        }
        // Up to 17 the stream then lacks a key column, since 18 the application's UPDATE fails: useless either way.
        boolean generated = columns.stream()
                .anyMatch(column -> column.generated() != Column.Generated.NONE
                        && key.columns().contains(column.name()));
        return generated
                ? insufficient(setting, key.columns(), "has a generated column in its replica identity")
                : new ReplicaIdentity(setting, key.columns(), true, "");
    }

    private ReplicaIdentity full(List<Column> columns) {
        List<String> names = columns.stream().map(Column::name).toList();
        boolean generated = columns.stream().anyMatch(column -> column.generated() != Column.Generated.NONE);
        return generated && query.since(18)
                ? insufficient(
                        ReplicaIdentity.Setting.FULL,
                        names,
                        "has REPLICA IDENTITY FULL and a generated column, which the publication does not publish")
                : new ReplicaIdentity(ReplicaIdentity.Setting.FULL, names, true, "");
    }

    private static ReplicaIdentity insufficient(ReplicaIdentity.Setting setting, List<String> key, String reason) {
        return new ReplicaIdentity(setting, key, false, reason);
    }

    private List<Relation> relations(String kinds) throws SQLException {
        return query.list(
                """
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relispartition, c.relreplident,
                       c.relrowsecurity, c.relforcerowsecurity,
                       CASE WHEN c.reltuples = 0 AND c.relpages = 0 THEN -1 ELSE c.reltuples END::bigint,
                       pg_catalog.pg_relation_size(c.oid), pg_catalog.pg_total_relation_size(c.oid),
                       pg_catalog.current_setting('block_size')::bigint, pg_catalog.pg_get_userbyid(c.relowner),
                       x.extname, x.extcondition, coalesce(pg_catalog.pg_relation_size(c.reltoastrelid), 0)
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN (SELECT e.extname, cfg.oid, e.extcondition[cfg.i] AS extcondition
                           FROM pg_catalog.pg_extension e, unnest(e.extconfig) WITH ORDINALITY AS cfg (oid, i)) x
                    ON x.oid = c.oid
                WHERE c.relkind IN (%s) AND c.relpersistence <> 't' AND %s AND (x.oid IS NOT NULL OR NOT %s)
                ORDER BY 2, 3
                """.formatted(kinds, CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_class", "c.oid")),
                TableReader::relation);
    }

    private static Relation relation(ResultSet row) throws SQLException {
        long heapBytes = row.getLong(11);
        @Nullable String extension = row.getString(15);
        @Nullable String condition = row.getString(16);
        Rest rest = new Rest(
                new Table.RowSecurity(row.getBoolean(8), row.getBoolean(9)),
                new TableSize(
                        row.getLong(10), heapBytes / row.getLong(13), heapBytes + row.getLong(17), row.getLong(12)),
                row.getString(14),
                extension == null
                        ? null
                        : new Table.ExtensionConfiguration(extension, condition == null ? "" : condition));
        return new Relation(
                row.getLong(1),
                new TableName(row.getString(2), row.getString(3)),
                row.getString(4).charAt(0),
                row.getString(5).charAt(0),
                row.getBoolean(6),
                row.getString(7).charAt(0),
                rest);
    }

    private List<Parent> parents() throws SQLException {
        return query.list("""
                SELECT i.inhrelid, n.nspname, c.relname
                FROM pg_catalog.pg_inherits i
                JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'f')
                ORDER BY i.inhrelid, i.inhseqno
                """, row -> new Parent(row.getLong(1), new TableName(row.getString(2), row.getString(3))));
    }

    private List<Key> keys() throws SQLException {
        return query.list(
                """
                SELECT i.indrelid, i.indisprimary, i.indisreplident,
                       i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL,
                       ARRAY(SELECT a.attname::text
                             FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                             WHERE k.position <= %s
                             ORDER BY k.position)
                FROM pg_catalog.pg_index i
                WHERE i.indisprimary OR i.indisreplident
                """.formatted(query.since(11, "i.indnkeyatts", "i.indnatts")),
                row -> new Key(
                        row.getLong(1),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        CatalogQuery.strings(row, 5)));
    }
}
