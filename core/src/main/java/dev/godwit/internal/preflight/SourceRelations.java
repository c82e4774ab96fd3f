package dev.godwit.internal.preflight;

import dev.godwit.schema.Sequence;
import dev.godwit.schema.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The tables and sequences that are migrated, and what the source's role may do with them. */
final class SourceRelations {
    private static final String RIGHTS = """
            SELECT format('%I.%I', n.nspname, c.relname), quote_ident(o.rolname), quote_ident(current_user), quote_ident(n.nspname),
                   pg_has_role(c.relowner, 'USAGE') OR r.rolsuper,
                   has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
                   row_security_active(c.oid)
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_catalog.pg_class c ON c.oid = wanted.oid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
              JOIN pg_catalog.pg_roles r ON r.rolname = current_user
             ORDER BY 1
            """;

    private SourceRelations() {}

    /**
     * A relation; names are quoted.
     *
     * @param name with its schema
     * @param owner the role that owns it
     * @param user the role that asks
     * @param schema its schema
     * @param isOwn whether the role may do what its owner may
     * @param isReadable whether the role may read it
     * @param isFiltered whether row security hides rows from the role
     */
    record Relation(
            String name,
            String owner,
            String user,
            String schema,
            boolean isOwn,
            boolean isReadable,
            boolean isFiltered) {}

    static List<Relation> of(CheckContext context) throws SQLException {
        Object[] oids = Stream.concat(
                        context.catalog().tables().stream().map(Table::oid),
                        context.catalog().sequences().stream().map(Sequence::oid))
                .toArray();
        List<Relation> relations = new ArrayList<>();
        try (PreparedStatement statement = context.source().prepareStatement(RIGHTS)) {
            statement.setArray(1, context.source().createArrayOf("oid", oids));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    relations.add(new Relation(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getBoolean(5),
                            row.getBoolean(6),
                            row.getBoolean(7)));
                }
            }
        }
        return relations;
    }
}
