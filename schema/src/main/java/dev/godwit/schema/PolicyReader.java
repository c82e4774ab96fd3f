package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Policies of row level security. */
final class PolicyReader implements ObjectReader {

    private final CatalogQuery query;
    private final Predicate<String> roleExists;
    private final List<String> notes = new ArrayList<>();

    PolicyReader(CatalogQuery query, Predicate<String> roleExists) {
        this.query = query;
        this.roleExists = roleExists;
    }

    private record Policy(SchemaObject object, List<String> roles) {}

    /** Policies that are left out. */
    List<String> notes() {
        return notes;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Policy policy : policies()) {
            Set<String> missing = new TreeSet<>(policy.roles());
            missing.removeIf(roleExists);
            if (missing.isEmpty()) {
                objects.add(policy.object());
            } else {
                notes.add(policy.object().label() + ": the target lacks the role " + String.join(", ", missing));
            }
        }
        return objects;
    }

    private List<Policy> policies() throws SQLException {
        return query.list(
                """
                SELECT p.oid, format('%%1$I on %%2$I.%%3$I', p.polname, n.nspname, c.relname),
                       format('CREATE POLICY %%I ON %%I.%%I AS %%s FOR %%s TO %%s', p.polname, n.nspname, c.relname,
                              CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                   WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                              CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
                                   ELSE (SELECT string_agg(quote_ident(pg_get_userbyid(o)), ', ')
                                         FROM unnest(p.polroles) o) END)
                       || COALESCE(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
                       || COALESCE(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') || ';',
                       ARRAY(SELECT pg_get_userbyid(o)::text FROM unnest(p.polroles) o WHERE o <> 0)
                FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE %s AND NOT %s
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_class", "c.oid")),
                row -> new Policy(
                        SchemaObject.of(
                                ObjectKind.POLICY,
                                new ObjectId(ObjectId.POLICY, row.getLong(1)),
                                row.getString(2),
                                row.getString(3)),
                        CatalogQuery.strings(row, 4)));
    }
}
