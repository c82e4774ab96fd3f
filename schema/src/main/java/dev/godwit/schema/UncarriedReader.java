package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Names the objects of classes that belong to a server and its neighbours rather than to a schema, and are not carried. */
final class UncarriedReader {

    private final CatalogQuery query;

    UncarriedReader(CatalogQuery query) {
        this.query = query;
    }

    List<String> read() throws SQLException {
        List<String> names = new ArrayList<>(publications());
        names.addAll(subscriptions());
        return names;
    }

    private List<String> publications() throws SQLException {
        return query.list(
                "SELECT quote_ident(p.pubname) FROM pg_publication p WHERE %s ORDER BY 1"
                        .formatted(CatalogQuery.usersOwn("pg_publication", "p.oid")),
                row -> "publication " + row.getString(1) + ": publications are not carried");
    }

    /** pg_subscription is readable for all but in its connection string; the names stand in pg_stat_subscription. */
    private List<String> subscriptions() throws SQLException {
        return query.list("""
                SELECT quote_ident(s.subname) FROM pg_subscription s
                WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
                """, row -> "subscription " + row.getString(1) + ": subscriptions are not carried");
    }
}
