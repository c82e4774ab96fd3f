package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides for each type how its values become text that is the same on every server version. */
final class ComparedTypes {
    /** Their text has changed between versions (floating point since 12), or is not the whole value (char without a length). */
    private static final Map<String, String> SEND = Map.ofEntries(
            Map.entry("float4", "float4send"),
            Map.entry("float8", "float8send"),
            Map.entry("point", "point_send"),
            Map.entry("lseg", "lseg_send"),
            Map.entry("line", "line_send"),
            Map.entry("box", "box_send"),
            Map.entry("path", "path_send"),
            Map.entry("polygon", "poly_send"),
            Map.entry("circle", "circle_send"),
            Map.entry("bpchar", "bpcharsend"));

    /** OIDs below are the same on every server. */
    private static final long FIRST_USER_OID = 16384;

    private record Type(
            long oid,
            String name,
            boolean builtIn,
            boolean domain,
            long base,
            long element,
            boolean composite,
            List<Long> attributes) {}

    private final Map<Long, Type> types = new HashMap<>();

    private ComparedTypes() {}

    static ComparedTypes read(Connection connection) throws SQLException {
        ComparedTypes read = new ComparedTypes();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT t.oid::bigint, t.typname, t.typtype = 'd', t.typbasetype::bigint,"
                                + " CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END::bigint, t.typtype = 'c',"
                                + " ARRAY(SELECT a.atttypid::bigint FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid"
                                + " AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)"
                                + " FROM pg_catalog.pg_type t")) {
            while (rows.next()) {
                List<Long> attributes = new ArrayList<>();
                for (Object attribute : (Object[]) rows.getArray(7).getArray()) {
                    attributes.add((Long) attribute);
                }
                long oid = rows.getLong(1);
                read.types.put(
                        oid,
                        new Type(
                                oid,
                                rows.getString(2),
                                oid < FIRST_USER_OID,
                                rows.getBoolean(3),
                                rows.getLong(4),
                                rows.getLong(5),
                                rows.getBoolean(6),
                                attributes));
            }
        }
        return read;
    }

    /** Text of a value of this type, SQL null for null. */
    String text(long oid, String expression) {
        Type type = resolve(oid);
        String send = type.builtIn() ? SEND.get(type.name()) : null;
        if (send == null && type.element() != 0 && type.element() < FIRST_USER_OID && needsBinary(type.element())) {
            send = "array_send";
        } else if (send == null && type.composite() && needsBinary(type.oid())) {
            send = "record_send";
        }
        return send == null ? expression + "::text" : "encode(pg_catalog." + send + "(" + expression + "), 'hex')";
    }

    /** The binary form of arrays and composites holds type OIDs, so it serves only where these are built in. */
    private boolean needsBinary(long oid) {
        Type type = resolve(oid);
        if (type.composite()) {
            return type.attributes().stream().allMatch(a -> a < FIRST_USER_OID)
                    && type.attributes().stream().anyMatch(this::needsBinary)
                    && !type.builtIn();
        }
        return type.builtIn() && oid < FIRST_USER_OID && SEND.containsKey(type.name());
    }

    private Type resolve(long oid) {
        Type type = types.get(oid);
        if (type == null) {
            throw new IllegalStateException("No type with OID " + oid);
        }
        return type.domain() ? resolve(type.base()) : type;
    }
}
