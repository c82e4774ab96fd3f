package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rules other than those that make a view a view. */
final class RuleReader implements ObjectReader {

    private final CatalogQuery query;

    RuleReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(long oid, String name, String definition, String alter, String rule, Trigger.State state) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Row row : rows()) {
            ObjectId id = new ObjectId(ObjectId.REWRITE, row.oid());
            boolean silent = row.state() != Trigger.State.ORIGIN;
            objects.add(SchemaObject.of(
                    ObjectKind.RULE,
                    id,
                    row.name(),
                    row.definition() + (silent ? "\n" + row.alter() + " DISABLE RULE " + row.rule() + ";" : "")));
            if (silent && row.state() != Trigger.State.DISABLED) {
                objects.add(SchemaObject.of(
                                ObjectKind.FIRING,
                                id.aspect(1),
                                "rule " + row.name(),
                                row.alter() + " " + row.state().sql() + " RULE " + row.rule() + ";")
                        .requiring(id));
            }
        }
        return objects;
    }

    private List<Row> rows() throws SQLException {
        return query.list(
                """
                SELECT r.oid, format('%%1$I on %%2$I.%%3$I', r.rulename, n.nspname, c.relname), pg_get_ruledef(r.oid),
                       format('ALTER TABLE %%I.%%I', n.nspname, c.relname), quote_ident(r.rulename), r.ev_enabled
                FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE r.rulename <> '_RETURN' AND %s AND %s AND NOT %s
                """.formatted(
                                CatalogQuery.USER_SCHEMA,
                                CatalogQuery.notOfExtensionsRelation("c.oid"),
                                CatalogQuery.memberOfExtension("pg_rewrite", "r.oid")),
                row -> new Row(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3).strip(),
                        row.getString(4),
                        row.getString(5),
                        Trigger.State.of(row.getString(6))));
    }
}
