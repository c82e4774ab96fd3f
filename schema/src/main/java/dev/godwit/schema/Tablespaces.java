package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Puts what is in a tablespace of its own into the one of the same name. */
final class Tablespaces {

    private final Map<ObjectId, String> names = new HashMap<>();
    private final Predicate<String> exists;
    private final LeftOut leftOut = new LeftOut();

    private Tablespaces(Predicate<String> exists) {
        this.exists = exists;
    }

    private record Row(ObjectId id, String name) {}

    /** Reads where relations are; an index of a constraint is made with the constraint. */
    static Tablespaces read(CatalogQuery query, Predicate<String> exists) throws SQLException {
        Tablespaces tablespaces = new Tablespaces(exists);
        List<Row> rows = query.list(
                """
                SELECT COALESCE(k.tableoid, c.tableoid), COALESCE(k.oid, c.oid), t.spcname
                FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
                LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
                WHERE c.oid >= %d AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
                """.formatted(ObjectId.FIRST_USER_OID),
                row -> new Row(new ObjectId(row.getLong(1), row.getLong(2)), row.getString(3)));
        rows.forEach(row -> tablespaces.names.put(row.id(), row.name()));
        return tablespaces;
    }

    /** Objects that are made where the target puts what names no tablespace. */
    List<String> notes() {
        return leftOut.notes();
    }

    SchemaObject place(SchemaObject object) {
        String name = names.get(object.id());
        if (name == null) {
            return object;
        }
        String quoted = TableName.quote(name);
        if (!exists.test(name)) {
            leftOut.add(
                    "tablespace of " + object.label(),
                    "the target lacks the tablespace " + quoted
                            + ", or its role may not create in it: CREATE TABLESPACE " + quoted
                            + " LOCATION '…' there, and GRANT CREATE ON TABLESPACE " + quoted);
            return object;
        }
        return object.definedBy(separate -> "SET LOCAL default_tablespace = " + quoted + ";\n"
                + object.definition().sql(separate) + "\nSET LOCAL default_tablespace TO DEFAULT;");
    }
}
