package dev.godwit.internal.copy;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Types whose binary form is the same in all versions from 10 on and holds nothing of the database that it comes from, by their OIDs,
 * which are fixed. Beside them enums, whose form is the label, and domains over one of these. Left out: whatever else a database
 * defines itself (its OIDs are in the binary form of arrays and composites), {@code reg*} (OIDs), {@code xml} (its form tells the
 * session's encoding), {@code tsquery} (an empty one cannot be read again).
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL manual: COPY, binary format</a>
 */
final class BinaryTypes {
    private static final Set<Long> SCALARS = Set.of(
            16L, // bool
            17L, // bytea
            18L, // "char"
            19L, // name
            20L, // int8
            21L, // int2
            23L, // int4
            25L, // text
            26L, // oid
            114L, // json
            600L, // point
            601L, // lseg
            602L, // path
            603L, // box
            604L, // polygon
            628L, // line
            650L, // cidr
            700L, // float4
            701L, // float8
            718L, // circle
            774L, // macaddr8
            790L, // money
            829L, // macaddr
            869L, // inet
            1042L, // bpchar
            1043L, // varchar
            1082L, // date
            1083L, // time
            1114L, // timestamp
            1184L, // timestamptz
            1186L, // interval
            1266L, // timetz
            1560L, // bit
            1562L, // varbit
            1700L, // numeric
            2950L, // uuid
            3220L, // pg_lsn
            3614L, // tsvector
            3802L // jsonb
            );
    private static final Set<Long> ARRAYS = Set.of(
            1000L, // bool[]
            1001L, // bytea[]
            1005L, // int2[]
            1007L, // int4[]
            1009L, // text[]
            1014L, // bpchar[]
            1015L, // varchar[]
            1016L, // int8[]
            1021L, // float4[]
            1022L, // float8[]
            199L, // json[]
            1041L, // inet[]
            1115L, // timestamp[]
            1182L, // date[]
            1183L, // time[]
            1185L, // timestamptz[]
            1187L, // interval[]
            1231L, // numeric[]
            2951L, // uuid[]
            3807L // jsonb[]
            );
    private static final Set<Long> RANGES = Set.of(
            3904L, // int4range
            3906L, // numrange
            3908L, // tsrange
            3910L, // tstzrange
            3912L, // daterange
            3926L, // int8range
            4451L, // int4multirange
            4532L, // nummultirange
            4533L, // tsmultirange
            4534L, // tstzmultirange
            4535L, // datemultirange
            4536L // int8multirange
            );
    private static final Set<Long> ALL =
            Stream.of(SCALARS, ARRAYS, RANGES).flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

    private BinaryTypes() {}

    /**
     * What the values of columns consist of: a domain's are those of the type under it, an enum's are labels, whatever its OID. Types
     * of one name that differ between the servers differ here, or the receiving side refuses the value.
     */
    private static final String BASES = """
            WITH RECURSIVE base (relation, attname, type) AS (
                SELECT name, attname, atttypid FROM unnest(?::text[]) name, pg_catalog.pg_attribute
                 WHERE attrelid = name::regclass AND attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT relation, attname, t.typbasetype FROM base
                  JOIN pg_catalog.pg_type t ON t.oid = base.type AND t.typtype = 'd')
            SELECT relation, attname, CASE t.typtype WHEN 'e' THEN 0 ELSE t.oid::bigint END
              FROM base JOIN pg_catalog.pg_type t ON t.oid = base.type WHERE t.typtype <> 'd'
            """;
    /** Stands for every enum. */
    private static final long ENUM = 0;

    /** Gives the tables whose copied columns have such types, enums of them, or domains over them, and the same on the target. */
    static Set<TableName> fitting(
            Collection<Table> tables, Map<TableName, TableRows> parts, Connection source, Connection target)
            throws SQLException {
        Map<String, Map<String, Long>> there = bases(tables, source);
        Map<String, Map<String, Long>> here = bases(tables, target);
        return tables.stream()
                .filter(table -> {
                    String name = table.name().quoted();
                    return fits(
                            CopyTable.columns(table, parts.getOrDefault(table.name(), TableRows.ALL)),
                            there.getOrDefault(name, Map.of()),
                            here.getOrDefault(name, Map.of()));
                })
                .map(Table::name)
                .collect(Collectors.toSet());
    }

    private static Map<String, Map<String, Long>> bases(Collection<Table> tables, Connection server)
            throws SQLException {
        Map<String, Map<String, Long>> bases = new HashMap<>();
        try (PreparedStatement query = server.prepareStatement(BASES)) {
            query.setArray(
                    1,
                    server.createArrayOf(
                            "text",
                            tables.stream().map(table -> table.name().quoted()).toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    bases.computeIfAbsent(row.getString(1), name -> new HashMap<>())
                            .put(row.getString(2), row.getLong(3));
                }
            }
        }
        return bases;
    }

    private static boolean fits(List<Column> columns, Map<String, Long> there, Map<String, Long> here) {
        return !columns.isEmpty()
                && columns.stream().allMatch(column -> {
                    Long type = there.get(column.name());
                    return type != null && (type == ENUM || ALL.contains(type)) && type.equals(here.get(column.name()));
                });
    }
}
