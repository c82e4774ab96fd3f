package dev.godwit.internal.verify;

import dev.godwit.internal.schema.KeyEquality;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for the types of one database, how values become text that is the same on both servers if and only if the values are.
 *
 * <p>That text is what the type's output function writes, as in what is copied and sent. A cast to text is the same where none is defined;
 * that of xml keeps an encoding that is not sent, and a user's may leave out what it likes.
 *
 * <p>What the versions write differently is taken from the send functions: floating point, whose text has changed in 12 (only if the
 * servers stand on either side of that; NaN, of which there are several, is one), alone and within arrays, composites, ranges and
 * the type of extension cube; {@code "char"}, changed in 16; and money.
 */
final class TypeForms {
    /** From here on the text of a floating point number is the shortest that is exact. */
    static final int SHORTEST_FLOATS = 120_000;

    private static final String QUERY = """
            SELECT t.oid::bigint, t.typname, n.nspname = 'pg_catalog', t.typtype, t.typbasetype::bigint, t.typtypmod,
                   CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN t.typelem ELSE 0 END::bigint,
                   coalesce(r.rngsubtype, 0)::bigint,
                   ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid
                            AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
                   ARRAY(SELECT a.atttypid::bigint FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid
                            AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
                   (SELECT quote_ident(n.nspname) FROM pg_catalog.pg_depend d
                      JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'cube'
                     WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
                       AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND t.typname = 'cube'),
                   coalesce(e.operator, 'OPERATOR(pg_catalog.=)'),
                   EXISTS (SELECT FROM pg_catalog.pg_cast c
                            WHERE c.castsource = t.oid AND c.casttarget = 'pg_catalog.text'::regtype AND c.castmethod <> 'i'
                              AND NOT (c.castmethod = 'b' AND f.prosrc = 'textout' AND f.prolang = 12))
              FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              JOIN pg_catalog.pg_proc f ON f.oid = t.typoutput
              LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
              LEFT JOIN (SELECT c.opcintype, format('OPERATOR(%I.%s)', s.nspname, o.oprname) AS operator
                           FROM pg_catalog.pg_opclass c
                           JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod AND am.amname = 'btree'
                           JOIN pg_catalog.pg_amop p ON p.amopfamily = c.opcfamily AND p.amopstrategy = 3
                                AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype
                           JOIN pg_catalog.pg_operator o ON o.oid = p.amopopr
                           JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace
                          WHERE c.opcdefault) e ON e.opcintype = t.oid
            """;

    /** Their text is the same everywhere, never empty, and holds no comma. */
    private static final Set<String> PLAIN = Set.of(
            "bool",
            "int2",
            "int4",
            "int8",
            "oid",
            "xid",
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz",
            "interval",
            "numeric",
            "uuid",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "pg_lsn");

    private static final Map<String, String> SEND = Map.of(
            "float4", "float4send",
            "float8", "float8send",
            "point", "point_send",
            "lseg", "lseg_send",
            "line", "line_send",
            "box", "box_send",
            "path", "path_send",
            "polygon", "poly_send",
            "circle", "circle_send");

    private static final Set<String> FLOATS = Set.of("float4", "float8");

    /** Beyond, a value is hashed by itself: text of a row must stay below 1 GiB. */
    private static final int LONG = 65_536;

    /**
     * As the catalog has it.
     *
     * @param cube the schema, quoted, where extension cube is, if it is the type of that; null else
     * @param equality how the type's keys are compared
     * @param cast whether a cast to text is defined that may write something else than the output function does
     */
    private record Type(
            String name,
            boolean builtIn,
            char kind,
            long base,
            int modifier,
            long element,
            long subtype,
            List<String> attributes,
            List<Long> attributeTypes,
            @Nullable String cube,
            KeyEquality equality,
            boolean cast) {}

    /** How a value becomes arguments of {@code concat}; both sides must have the same. */
    interface Writer {
        String arguments(String value);
    }

    /**
     * A way of writing values of a type.
     *
     * @param name the same on both sides if the ways are
     * @param writer gives SQL of arguments of {@code concat} for an SQL expression; at most four
     */
    record Form(String name, Writer writer) {}

    private final Map<Long, Type> types = new HashMap<>();
    private final Digest digest;
    private final boolean floatsDiffer;

    private TypeForms(Digest digest, boolean floatsDiffer) {
        this.digest = digest;
        this.floatsDiffer = floatsDiffer;
    }

    /**
     * Reads the types of a database.
     *
     * @param floatsDiffer whether the servers write floating point numbers differently
     */
    static TypeForms read(Connection side, Digest digest, boolean floatsDiffer) throws SQLException {
        TypeForms forms = new TypeForms(digest, floatsDiffer);
        try (Statement statement = side.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            while (row.next()) {
                List<Long> attributeTypes = new ArrayList<>();
                for (Object type : (Object[]) row.getArray(10).getArray()) {
                    attributeTypes.add((Long) type);
                }
                forms.types.put(
                        row.getLong(1),
                        new Type(
                                row.getString(2),
                                row.getBoolean(3),
                                row.getString(4).charAt(0),
                                row.getLong(5),
                                row.getInt(6),
                                row.getLong(7),
                                row.getLong(8),
                                List.of((String[]) row.getArray(9).getArray()),
                                attributeTypes,
                                row.getString(11),
                                new KeyEquality(row.getString(12)),
                                row.getBoolean(13)));
            }
        }
        return forms;
    }

    /** Tells how keys of a type are compared; a domain's are those of the type under it. */
    KeyEquality equality(long oid) {
        Type type = type(oid);
        while (type.kind() == 'd') {
            type = type(type.base());
        }
        return type.equality();
    }

    /** The form for a type that the two sides have to agree on: any type has an output function. */
    Form general() {
        // A composite of NULLs is not NULL, though IS NULL says so.
        return new Form(
                "output hash",
                value -> "CASE WHEN " + value + " IS DISTINCT FROM NULL THEN " + digest.ofText("concat(" + value + ")")
                        + " END, ','");
    }

    /** The same for a type whose cast to text is its output function, which is faster. */
    private Form cast() {
        return new Form("text hash", value -> digest.ofText(value + "::text") + ", ','");
    }

    /**
     * Gives the form for values of a type.
     *
     * @param modified whether the column's type has a modifier, such as a length
     */
    Form form(long oid, boolean modified) {
        Type type = type(oid);
        boolean hasModifier = modified;
        while (type.kind() == 'd') {
            hasModifier = type.modifier() >= 0;
            type = type(type.base());
        }
        if (floatsDiffer && holdsFloats(type)) {
            return careful(type);
        }
        if (type.builtIn()) {
            return builtIn(type, hasModifier);
        }
        if (type.cast()) {
            return general();
        }
        return type.kind() == 'e' && !digest.converts()
                ? new Form("label", value -> "quote_nullable(" + value + "::text), ','")
                : cast();
    }

    private Form builtIn(Type type, boolean hasModifier) {
        String name = type.name();
        if (PLAIN.contains(name) || FLOATS.contains(name)) {
            return new Form("plain", value -> value + ", ','");
        }
        return switch (name) {
            case "money" -> new Form("money", value -> "cash_send(" + value + "), ','");
            case "char" -> new Form("char", value -> "charsend(" + value + "), ','");
            case "bytea" -> new Form("bytes", value -> digest.ofBytes(value) + ", ','");
            case "text", "varchar" -> text();
            case "bpchar" -> hasModifier ? trimmed() : padded();
            default -> type.cast() ? general() : cast();
        };
    }

    /** The length tells where it ends, and whether it is there at all; a long value is stood for by its hash. */
    private Form text() {
        if (digest.converts()) {
            return cast();
        }
        return new Form(
                "string",
                value -> "octet_length(" + value + "), ':', CASE WHEN octet_length(" + value + ") > " + LONG + " THEN "
                        + digest.ofText(value + "::text") + " ELSE " + value + "::text END, ','");
    }

    /** Spaces that fill up to the length do not count, whatever the length. */
    private Form trimmed() {
        Form text = text();
        return new Form("trimmed " + text.name(), value -> text.writer().arguments("(" + value + "::text)"));
    }

    /** Without a length nothing is filled up, so all spaces are the user's. */
    private Form padded() {
        return digest.converts()
                ? new Form(
                        "padded hash",
                        value -> "CASE WHEN " + value + " IS NOT NULL THEN " + digest.ofText("concat(" + value + ")")
                                + " END, ','")
                : new Form("padded", value -> "octet_length(" + value + "), ':', " + value + ", ','");
    }

    private boolean holdsFloats(Type type) {
        if (type.kind() == 'd') {
            return holdsFloats(type(type.base()));
        }
        return (type.builtIn() && SEND.containsKey(type.name()))
                || type.cube() != null
                || (type.element() != 0 && holdsFloats(type(type.element())))
                || (type.subtype() != 0 && holdsFloats(type(type.subtype())))
                || type.attributeTypes().stream().anyMatch(attribute -> holdsFloats(type(attribute)));
    }

    private Form careful(Type type) {
        String send = type.builtIn() ? SEND.get(type.name()) : null;
        if (send != null) {
            return FLOATS.contains(type.name())
                    ? new Form(
                            type.name(),
                            value -> "CASE WHEN " + value + " = 'NaN' THEN 'NaN' ELSE encode(" + send + "(" + value
                                    + "), 'hex') END, ','")
                    : new Form(type.name(), value -> "encode(" + send + "(" + value + "), 'hex'), ','");
        }
        if (type.element() != 0) {
            return array(form(type.element(), false));
        }
        if (type.cube() != null) {
            return cube(type.cube());
        }
        return type.subtype() != 0 ? range(form(type.subtype(), false)) : composite(type);
    }

    /** The bounds, then the elements in their order. */
    private Form array(Form element) {
        return new Form(
                "array of " + element.name(),
                value -> digest.ofText("CASE WHEN " + value + " IS NOT NULL THEN concat(array_dims(" + value
                                + "), ARRAY(SELECT concat(" + element.writer().arguments("godwit_e")
                                + ") FROM (SELECT unnest(" + value + ") AS godwit_e OFFSET 0) godwit_u)::text) END")
                        + ", ','");
    }

    /** The coordinates of both corners, in the order in which they are stored; a point has one corner. */
    private Form cube(String schema) {
        return new Form(
                "cube",
                value -> digest.ofText("CASE WHEN " + value + " IS NOT NULL THEN concat(" + schema + ".cube_is_point("
                                + value
                                + "), ARRAY(SELECT encode(float8send(" + schema + ".cube_coord(" + value
                                + ", godwit_i)), 'hex') FROM generate_series(1, 2 * " + schema + ".cube_dim(" + value
                                + ")) AS godwit_i ORDER BY godwit_i)::text) END")
                        + ", ','");
    }

    private Form range(Form bound) {
        return new Form(
                "range of " + bound.name(),
                value -> digest.ofText(
                                "CASE WHEN " + value + " IS NOT NULL THEN concat(isempty(" + value + "), lower_inc("
                                        + value + "), upper_inc(" + value + "), lower_inf(" + value + "), upper_inf("
                                        + value + "), "
                                        + bound.writer().arguments("lower(" + value + ")") + ", "
                                        + bound.writer().arguments("upper(" + value + ")") + ") END")
                        + ", ','");
    }

    private Form composite(Type type) {
        Map<String, Form> fields = new LinkedHashMap<>();
        for (int i = 0; i < type.attributes().size(); i++) {
            fields.put(type.attributes().get(i), form(type.attributeTypes().get(i), false));
        }
        String names = fields.entrySet().stream()
                .map(field -> field.getKey() + " " + field.getValue().name())
                .collect(Collectors.joining(", ", "composite (", ")"));
        // A composite of NULLs is not NULL, though IS NULL says so.
        return new Form(
                names,
                value -> digest.ofText("CASE WHEN " + value + " IS DISTINCT FROM NULL THEN "
                                + Sql.concat(fields.entrySet().stream()
                                        .map(field -> field.getValue()
                                                .writer()
                                                .arguments("(" + value + ")." + Sql.identifier(field.getKey())))
                                        .toList())
                                + " END")
                        + ", ','");
    }

    private Type type(long oid) {
        Type type = types.get(oid);
        if (type == null) {
            throw new IllegalStateException("the catalog has no type of OID " + oid);
        }
        return type;
    }
}
