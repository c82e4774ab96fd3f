package dev.godwit.schema;

import java.sql.SQLException;

/** Names objects for people. */
final class ObjectNames {

    private final CatalogQuery query;

    ObjectNames(CatalogQuery query) {
        this.query = query;
    }

    String describe(ObjectId id) {
        if (id.catalog() < 0) {
            return "object " + id.oid();
        }
        try {
            return query.list(
                            "SELECT type || ' ' || identity FROM pg_identify_object(%d::oid, %d::oid, 0)"
                                    .formatted(id.catalog(), id.oid()),
                            row -> row.getString(1))
                    .get(0);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot name the object " + id, e);
        }
    }
}
