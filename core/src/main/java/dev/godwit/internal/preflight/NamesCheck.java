package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/** No name grows beyond what a name may take when its text is converted to the target's encoding. */
final class NamesCheck implements Check {
    private static final String NAMES = """
            SELECT kind, coalesce(part_of || '.', '') || name, bytes, remedy
              FROM (SELECT kind, part_of, name, remedy, octet_length(%s) AS bytes
                      FROM (SELECT 'schema' AS kind, NULL AS part_of, n.nspname::text AS name, n.oid AS schema,
                                   format('ALTER SCHEMA %%I RENAME TO ...', n.nspname) AS remedy
                              FROM pg_catalog.pg_namespace n
                            UNION ALL
                            SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'index' WHEN c.relkind = 'S' THEN 'sequence'
                                        WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
                                   n.nspname, c.relname, n.oid,
                                   format('ALTER %%s %%I.%%I RENAME TO ...',
                                          CASE WHEN c.relkind IN ('i', 'I') THEN 'INDEX' ELSE 'TABLE' END,
                                          n.nspname, c.relname)
                              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                            UNION ALL
                            SELECT 'column', n.nspname || '.' || c.relname, a.attname, n.oid,
                                   format('ALTER TABLE %%I.%%I RENAME COLUMN %%I TO ...', n.nspname, c.relname, a.attname)
                              FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')) named
                     WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_namespace n
                                    WHERE n.oid = named.schema AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')) sized
             WHERE bytes > ?
             ORDER BY 1, 2
            """;
    private static final String CONVERTED = NAMES.formatted("convert_to(name, ?)");
    /** Bytes of nobody knows what are not converted. */
    private static final String RAW = NAMES.formatted("CASE WHEN ? = '' THEN '' ELSE name END");

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.NAME_TOO_LONG);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int longest = Integer.parseInt(
                CheckContext.setting(context.target(), "max_identifier_length").orElseThrow());
        String own = CheckContext.row(context.source(), "SELECT current_setting('server_encoding')")
                .get(0);
        String encoding = context.targetExists()
                ? CheckContext.row(context.target(), "SELECT current_setting('server_encoding')")
                        .get(0)
                : own;
        try (PreparedStatement query = context.source().prepareStatement(own.equals("SQL_ASCII") ? RAW : CONVERTED)) {
            query.setString(1, encoding.equals("SQL_ASCII") ? own : encoding);
            query.setInt(2, longest);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    context.add(
                            FindingCode.NAME_TOO_LONG,
                            row.getString(2),
                            "the name of " + row.getString(1) + " " + row.getString(2) + " takes " + row.getInt(3)
                                    + " bytes in the target's encoding " + encoding + ", and would be cut off there",
                            longest + " bytes at most",
                            row.getString(4));
                }
            }
        }
    }
}
