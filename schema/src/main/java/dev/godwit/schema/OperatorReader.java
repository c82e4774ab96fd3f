package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operators. The server makes a commutator or negator that does not exist yet as a shell and fills it in later, so that only its
 * schema has to be there; pg_depend knows nothing of them.
 */
final class OperatorReader implements ObjectReader {

    private static final int WITHOUT_POSTFIX = 140_000;

    private final CatalogQuery query;
    private final int targetVersion;
    private final List<String> notes = new ArrayList<>();

    OperatorReader(CatalogQuery query, int targetVersion) {
        this.query = query;
        this.targetVersion = targetVersion;
    }

    /** Operators that are left out. */
    List<String> notes() {
        return notes;
    }

    private record Operator(SchemaObject object, boolean isPostfix) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT o.oid, @identity,
                       format('CREATE OPERATOR %I.%s (PROCEDURE = %s', n.nspname, o.oprname, o.oprcode)
                       || CASE WHEN o.oprleft <> 0 THEN format(', LEFTARG = %s', format_type(o.oprleft, NULL)) ELSE '' END
                       || CASE WHEN o.oprright <> 0 THEN format(', RIGHTARG = %s', format_type(o.oprright, NULL)) ELSE '' END
                       || CASE WHEN c.oid IS NULL THEN '' ELSE format(', COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, c.oprname) END
                       || CASE WHEN g.oid IS NULL THEN '' ELSE format(', NEGATOR = OPERATOR(%I.%s)', gn.nspname, g.oprname) END
                       || CASE WHEN o.oprrest <> 0 THEN format(', RESTRICT = %s', o.oprrest) ELSE '' END
                       || CASE WHEN o.oprjoin <> 0 THEN format(', JOIN = %s', o.oprjoin) ELSE '' END
                       || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END
                       || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ');',
                       o.oprright = 0, NULLIF(cn.oid, n.oid), NULLIF(gn.oid, n.oid)
                FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
                LEFT JOIN pg_operator c ON c.oid = o.oprcom LEFT JOIN pg_namespace cn ON cn.oid = c.oprnamespace
                LEFT JOIN pg_operator g ON g.oid = o.oprnegate LEFT JOIN pg_namespace gn ON gn.oid = g.oprnamespace
                WHERE o.oprcode <> 0 AND @own
                """.replace("@identity", SqlText.identity("pg_operator", "o.oid"))
                .replace("@own", CatalogQuery.usersOwnInSchema("pg_operator", "o.oid"));
        List<SchemaObject> objects = new ArrayList<>();
        List<Operator> operators = query.list(sql, row -> {
            SchemaObject object = SchemaObject.of(
                    ObjectKind.OPERATOR,
                    new ObjectId(ObjectId.OPERATOR, row.getLong(1)),
                    row.getString(2),
                    row.getString(3));
            return new Operator(object.requiring(schemas(row.getString(5), row.getString(6))), row.getBoolean(4));
        });
        for (Operator operator : operators) {
            if (operator.isPostfix() && targetVersion >= WITHOUT_POSTFIX) {
                notes.add(operator.object().label() + ": PostgreSQL 14 and later have no postfix operators");
            } else {
                objects.add(operator.object());
            }
        }
        return objects;
    }

    private static ObjectId[] schemas(@Nullable String... oids) {
        List<ObjectId> ids = new ArrayList<>();
        for (@Nullable String oid : oids) {
            if (oid != null && Long.parseLong(oid) >= ObjectId.FIRST_USER_OID) {
                ids.add(new ObjectId(ObjectId.NAMESPACE, Long.parseLong(oid)));
            }
        }
        return ids.toArray(new ObjectId[0]);
    }
}
