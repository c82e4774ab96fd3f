package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Domains; a constraint is a part of its own, because it may call a function that takes the domain. */
final class DomainReader implements ObjectReader {

    private final CatalogQuery query;

    DomainReader(CatalogQuery query) {
        this.query = query;
    }

    private record Constraint(long domain, ObjectId id, String name, String clause, boolean isValid) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        Map<Long, List<Constraint>> constraints = new HashMap<>();
        for (Constraint constraint : constraints()) {
            constraints
                    .computeIfAbsent(constraint.domain(), oid -> new ArrayList<>())
                    .add(constraint);
        }
        List<SchemaObject> objects = new ArrayList<>();
        for (SchemaObject domain : domains()) {
            List<Constraint> own = constraints.getOrDefault(domain.id().oid(), List.of());
            List<Constraint> inline = own.stream().filter(Constraint::isValid).toList();
            objects.add(SchemaObject.of(
                            ObjectKind.TYPE,
                            domain.id(),
                            domain.name(),
                            separate -> domain.definition().sql(separate)
                                    + inline.stream()
                                            .filter(constraint -> !separate.contains(constraint.id()))
                                            .map(Constraint::clause)
                                            .collect(Collectors.joining())
                                    + ";")
                    .with(inline.stream()
                            .map(constraint -> new SchemaObject.Part(separate(domain, constraint), false))
                            .toList()));
            own.stream()
                    .filter(constraint -> !constraint.isValid())
                    // Values that it refuses may be among those that are copied.
                    .map(constraint -> separate(domain, constraint)
                            .at(SchemaStage.AFTER_COPY)
                            .requiring(domain.id()))
                    .forEach(objects::add);
        }
        return objects;
    }

    private static SchemaObject separate(SchemaObject domain, Constraint constraint) {
        return SchemaObject.of(
                        ObjectKind.CHECK,
                        constraint.id(),
                        constraint.name() + " on domain " + domain.name(),
                        "ALTER DOMAIN " + domain.name() + " ADD" + constraint.clause() + ";")
                .at(SchemaStage.BEFORE_COPY)
                .requiring(domain.id());
    }

    private List<SchemaObject> domains() throws SQLException {
        // Since 17 a domain's NOT NULL is a constraint with a name.
        String notNull = query.since(17, "''", "CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END");
        String sql = """
                SELECT t.oid, format('%I.%I', n.nspname, t.typname),
                       format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod))
                       || CASE WHEN t.typcollation <> 0 AND t.typcollation <> b.typcollation
                               THEN (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname)
                                     FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                                     WHERE co.oid = t.typcollation) ELSE '' END
                       || @notnull
                       || COALESCE(' DEFAULT ' || COALESCE(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), '')
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype
                WHERE t.typtype = 'd' AND @user AND NOT @member
                """.replace("@notnull", notNull)
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_type", "t.oid"));
        return query.list(
                sql,
                row -> SchemaObject.of(
                        ObjectKind.TYPE,
                        new ObjectId(ObjectId.TYPE, row.getLong(1)),
                        row.getString(2),
                        row.getString(3)));
    }

    private List<Constraint> constraints() throws SQLException {
        return query.list(
                """
                SELECT c.contypid, c.oid, quote_ident(c.conname),
                       format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)), c.convalidated
                FROM pg_constraint c WHERE c.contypid <> 0 AND c.contype IN ('c', 'n') ORDER BY c.contypid, c.conname
                """,
                row -> new Constraint(
                        row.getLong(1),
                        new ObjectId(ObjectId.CONSTRAINT, row.getLong(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getBoolean(5)));
    }
}
