package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Comments on everything, by the object that they belong to. */
final class CommentReader {

    private final CatalogQuery query;

    CommentReader(CatalogQuery query) {
        this.query = query;
    }

    private record Row(ObjectId id, String sql) {}

    /**
     * The comment with which initdb creates public is there already, and only the schema's owner may repeat it. Publications are not
     * carried, and that of the migration itself bears a comment.
     */
    Map<ObjectId, List<String>> read() throws SQLException {
        Map<ObjectId, List<String>> comments = new HashMap<>();
        List<Row> rows = query.list(
                """
                SELECT d.classoid, d.objoid, i.type,
                       -- The server does not quote the language's name.
                       CASE i.type WHEN 'transform'
                           THEN (SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname)
                                 FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE t.oid = d.objoid)
                           ELSE i.identity END, quote_literal(d.description)
                FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
                WHERE d.classoid <> 'pg_publication'::regclass
                  AND (d.objoid >= 16384 OR (d.classoid = 'pg_namespace'::regclass
                      AND d.objoid = (SELECT oid FROM pg_namespace WHERE nspname = 'public')
                      AND d.description <> 'standard public schema'))
                ORDER BY d.classoid, d.objoid, d.objsubid
                """,
                row -> new Row(
                        new ObjectId(row.getLong(1), row.getLong(2)),
                        "COMMENT ON " + target(row.getString(3), row.getString(4)) + " IS " + row.getString(5) + ";"));
        for (Row row : rows) {
            comments.computeIfAbsent(row.id(), id -> new ArrayList<>()).add(row.sql());
        }
        return comments;
    }

    /** Turns what the server calls an object into what COMMENT ON calls it. */
    static String target(String type, String identity) {
        if (type.endsWith(" column")) {
            return "COLUMN " + identity;
        }
        return switch (type) {
            case "table constraint" -> "CONSTRAINT " + identity;
            case "domain constraint" -> "CONSTRAINT " + onDomain(identity);
            case "statistics object" -> "STATISTICS " + identity;
            case "foreign-data wrapper" -> "FOREIGN DATA WRAPPER " + identity;
            case "aggregate" ->
                "AGGREGATE " + (identity.endsWith("()") ? identity.replaceFirst("\\(\\)$", "(*)") : identity);
            default -> type.toUpperCase(Locale.ROOT) + " " + identity;
        };
    }

    /** Inserts the word DOMAIN behind the name of the constraint, which may itself hold {@code " on "} in quotes. */
    private static String onDomain(String identity) {
        boolean quoted = false;
        for (int i = 0; i < identity.length(); i++) {
            if (identity.charAt(i) == '"') {
                quoted = !quoted;
            } else if (!quoted && identity.startsWith(" on ", i)) {
                return identity.substring(0, i) + " ON DOMAIN " + identity.substring(i + 4);
            }
        }
        throw new IllegalArgumentException("No domain in the identity of a domain constraint: " + identity);
    }
}
