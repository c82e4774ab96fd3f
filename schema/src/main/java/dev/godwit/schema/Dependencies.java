package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What pg_depend says about objects that did not come with the server. */
final class Dependencies {

    /**
     * A row of pg_depend.
     *
     * @param isAutomatic whether the object would go with the other one
     */
    record Edge(ObjectId from, ObjectId to, boolean isAutomatic) {}

    private static final int MAX_DEPTH = 10;

    private final List<Edge> edges;
    private final Map<ObjectId, ObjectId> owners;

    private Dependencies(List<Edge> edges, Map<ObjectId, ObjectId> owners) {
        this.edges = edges;
        this.owners = owners;
    }

    private record Row(Edge edge, char type, boolean isMadeWithTable, boolean isOfExtension) {}

    static Dependencies read(CatalogQuery query) throws SQLException {
        List<Row> rows = query.list("""
                SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.deptype, COALESCE(k.contype, 'c') IN ('c', 'n'),
                       m.objid IS NOT NULL
                FROM pg_depend d LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
                LEFT JOIN (SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e') m
                       ON d.refclassid = 'pg_class'::regclass AND m.objid = d.refobjid
                WHERE d.objid >= %1$d AND d.refobjid >= %1$d AND (d.classid, d.objid) <> (d.refclassid, d.refobjid)
                """.formatted(ObjectId.FIRST_USER_OID), row -> {
            char type = row.getString(5).charAt(0);
            return new Row(
                    new Edge(
                            new ObjectId(row.getLong(1), row.getLong(2)),
                            new ObjectId(row.getLong(3), row.getLong(4)),
                            type != 'n' && type != 'x'),
                    type,
                    row.getBoolean(6),
                    row.getBoolean(7));
        });
        List<Edge> edges = new ArrayList<>();
        Map<ObjectId, ObjectId> owners = new HashMap<>();
        for (Row row : rows) {
            if (owns(row)) {
                owners.putIfAbsent(row.edge().from(), row.edge().to());
            } else if (isLooseMember(row)) {
                owners.put(row.edge().from(), row.edge().to().looseMembers());
            }
            if (row.type() != 'e') {
                edges.add(row.edge());
            }
        }
        return new Dependencies(edges, owners);
    }

    /**
     * Members of extensions and what hangs on their relations, row and array types, indexes of constraints; defaults and constraints of
     * their table; members of operator classes.
     */
    private static boolean owns(Row row) {
        long catalog = row.edge().from().catalog();
        return switch (row.type()) {
            case 'e' -> true;
            case 'i' -> !isLooseMember(row);
            case 'a' ->
                catalog == ObjectId.ATTRDEF
                        || row.isOfExtension()
                        || (catalog == ObjectId.CONSTRAINT && row.isMadeWithTable())
                        || (row.edge().to().catalog() == ObjectId.OPERATOR_CLASS && isMember(row));
            default -> false;
        };
    }

    private static boolean isMember(Row row) {
        long catalog = row.edge().from().catalog();
        return catalog == ObjectId.AMOP || catalog == ObjectId.AMPROC;
    }

    private static boolean isLooseMember(Row row) {
        return isMember(row) && row.edge().to().catalog() == ObjectId.OPERATOR_FAMILY;
    }

    List<Edge> edges() {
        return edges;
    }

    /** Whether the object came with an extension. */
    boolean isMember(ObjectId id) {
        @Nullable ObjectId owner = owners.get(id);
        for (int depth = 0; owner != null && depth < MAX_DEPTH; depth++) {
            if (owner.catalog() == ObjectId.EXTENSION) {
                return true;
            }
            owner = owners.get(owner);
        }
        return false;
    }

    /** Finds the object that this one is, or came into being with. */
    Optional<SchemaObject> resolve(ObjectId id, Map<ObjectId, SchemaObject> objects) {
        @Nullable ObjectId current = id;
        for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
            SchemaObject found = objects.get(current);
            if (found != null) {
                return Optional.of(found);
            }
            current = owners.get(current);
        }
        return Optional.empty();
    }
}
