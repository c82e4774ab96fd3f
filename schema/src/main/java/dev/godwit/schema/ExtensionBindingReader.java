package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Objects that are dropped with an extension though they are no members of it. */
final class ExtensionBindingReader {

    private final CatalogQuery query;

    ExtensionBindingReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(ObjectId id, String sql) {}

    /** Gives the statements that bind objects, by the object. */
    Map<ObjectId, List<String>> read() throws SQLException {
        List<Row> rows =
                query.list("""
                SELECT d.classid, d.objid,
                       format('ALTER %s %s DEPENDS ON EXTENSION %I;', upper(i.type), i.identity, e.extname)
                FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid,
                     pg_identify_object(d.classid, d.objid, 0) i
                WHERE d.deptype = 'x' AND d.refclassid = 'pg_extension'::regclass
                ORDER BY 1, 2, 3
                """, row -> new Row(new ObjectId(row.getLong(1), row.getLong(2)), row.getString(3)));
        Map<ObjectId, List<String>> statements = new HashMap<>();
        for (Row row : rows) {
            statements.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row.sql());
        }
        return statements;
    }
}
